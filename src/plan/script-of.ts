import { toRowOptions } from '../tables/row-options.js'
import { type BatchSource, openBatches } from './batch-source.js'
import type { Run } from './batch.js'
import type { ChangeScript, ScriptHeader, ScriptRun, ScriptTable } from './change-script.js'
import { PLAN_FORMAT, type PlanInput } from './plan-input.js'
import { encodeRows } from './script-rows.js'

/** The script of a plan's first commits. */
export function scriptOf(input: PlanInput, commits: number): ChangeScript {
  const source: BatchSource = openBatches(input)
  const batches = Array.from({ length: commits }, () => scriptRuns(source.next().runs, input))
  return { ...scriptHeader(input), batches }
}

/** What stands before the batches. What is the default is left out, so that scripts are short to read. */
export function scriptHeader(input: PlanInput): ScriptHeader {
  const { seed, baselineRows } = input
  return {
    format: PLAN_FORMAT,
    seed,
    ...toRowOptions(input),
    tables: input.tables.map((_, index) => scriptTable(input, index)),
    ...(baselineRows === 0 ? {} : { baselineRows }),
  }
}

/** The runs of a batch as a script has them. */
export function scriptRuns(runs: readonly Run[], input: PlanInput): ScriptRun[] {
  return runs.map(({ kind, table, numbers, versions }) => [
    kind,
    input.tables[table]!.name,
    encodeRows(numbers, versions),
  ])
}

function scriptTable(input: PlanInput, index: number): ScriptTable {
  const { name, parent } = input.tables[index]!
  const { maxKey, sequences, images } = input.baseline[index]!
  const hasParent = input.tables.some((table) => table.name === parent?.table)
  const isCounted = input.shard !== undefined || Object.values(sequences).some((value) => value > 0)
  return {
    name,
    ...(hasParent ? { parent: parent!.table } : {}),
    ...(maxKey === 0 ? {} : { maxKey }),
    ...(isCounted ? { sequences } : {}),
    ...(images.length === 0 ? {} : { images }),
  }
}
