import { toRowOptions } from '../../tables/row-options.js'
import type { TableDefinition } from '../../tables/table-definition.js'
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
  const names = input.tables.map((table) => table.definition.name)
  const isCounted = input.shard !== undefined || Object.values(sequences).some((value) => value > 0)
  return {
    name: definition.name,
    ...relationOf(definition, names),
    ...(maxKey === 0 ? {} : { maxKey }),
    ...(isCounted ? { sequences } : {}),
    ...(images.length === 0 ? {} : { images }),
  }
}

/** How a table stands to others of a script. What is the default is left out. */
export function relationOf(
  { parent, refers = [] }: TableDefinition,
  names: readonly string[],
): Pick<ScriptTable, 'parent' | 'most' | 'least' | 'skew' | 'refers'> {
  const referred = refers.filter((name) => names.includes(name))
  const known = parent && names.includes(parent.table) ? parent : undefined
  const { most, least, skew } = completeLink(known ?? {})
  return {
    ...(known && { parent: known.table }),
    ...(most !== 1 && { most }),
    ...(least !== completeLink({ most }).least && { least }),
    ...(skew !== 0 && { skew }),
    ...(referred.length > 0 && { refers: referred }),
  }
}
