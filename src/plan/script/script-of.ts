import { toRowOptions } from '../../tables/row-options.js'
import { openBatches } from '../batch-source.js'
import type { Batch, BatchSource } from '../batch.js'
import { completeLink } from '../families/family.js'
import type { ChangeScript, ScriptHeader, ScriptRun, ScriptTable } from './change-script.js'
import { PLAN_FORMAT, type PlanInput, type PlanTable } from '../plan-input.js'
import { encodeRows } from './script-rows.js'

/** The script of a plan's first commits. */
export function scriptOf(input: PlanInput, commits: number): ChangeScript {
  const source: BatchSource = openBatches(input)
  const batches = Array.from({ length: commits }, () => scriptRuns(source.next(), input))
  return { ...scriptHeader(input), batches }
}

/** What stands before the batches. What is the default is left out, so that scripts are short to read. */
export function scriptHeader(input: PlanInput): ScriptHeader {
  const { seed, baselineRows } = input
  return {
    format: PLAN_FORMAT,
    seed,
    ...toRowOptions(input),
    tables: input.tables.map((table) => scriptTable(table, input)),
    ...(baselineRows === 0 ? {} : { baselineRows }),
  }
}

/** The runs of a batch as a script has them. */
export function scriptRuns(batch: Batch, input: PlanInput): ScriptRun[] {
  return batch.runs.map(({ kind, table, numbers, versions, begins = batch.begins }) => {
    const { name, clock } = input.tables[table]!.definition
    const run = [kind, name, encodeRows(numbers, versions)] as const
    return clock?.order === 'begin' && begins !== undefined ? [...run, begins] : run
  })
}

function scriptTable({ definition, baseline }: PlanTable, input: PlanInput): ScriptTable {
  const { maxKey, sequences, images } = baseline
  const parent = input.tables.find((table) => table.definition.name === definition.parent?.table)
  const { most, least, skew } = completeLink(definition.parent ?? {})
  const { least: fewest } = completeLink({ most })
  const refers = (definition.refers ?? []).filter((name) => input.tables.some((one) => one.definition.name === name))
  const isCounted = input.shard !== undefined || Object.values(sequences).some((value) => value > 0)
  return {
    name: definition.name,
    ...(parent ? { parent: parent.definition.name } : {}),
    ...(parent && most !== 1 ? { most } : {}),
    ...(parent && least !== fewest ? { least } : {}),
    ...(parent && skew !== 0 ? { skew } : {}),
    ...(refers.length > 0 ? { refers } : {}),
    ...(maxKey === 0 ? {} : { maxKey }),
    ...(isCounted ? { sequences } : {}),
    ...(images.length === 0 ? {} : { images }),
  }
}
