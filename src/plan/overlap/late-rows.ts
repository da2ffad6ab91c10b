import type { Batch, Run } from '../batch.js'
import type { Family } from '../families/family.js'

/** By table: row numbers. */
export type RowSets = readonly Set<number>[]

interface TouchedTable {
  readonly family: Family
  /** By row: how many changes it has. */
  readonly touches: Map<number, number>
  readonly late: Set<number>
}

/**
 * Chooses the new rows of a batch that can be committed after some later batches: nothing else touches them until then,
 * and a parent is taken only together with its children. Rows that others point at are never taken.
 */
export function chooseLateRows(
  runs: readonly Run[],
  later: readonly Pick<Batch, 'runs'>[],
  families: readonly Family[],
): RowSets {
  const tables = families.map((family): TouchedTable => ({ family, touches: new Map(), late: new Set() }))
  for (const { table, numbers } of [...runs, ...later.flatMap((batch) => batch.runs)]) {
    const { touches } = tables[table]!
    for (const number of numbers) touches.set(number, (touches.get(number) ?? 0) + 1)
  }
  for (const { kind, table, numbers } of runs) {
    if (kind !== 'insert') continue
    const { family, touches, late } = tables[table]!
    for (const number of numbers) {
      if (number > 0 && touches.get(number) === 1 && !family.keeps(number)) late.add(number)
    }
  }
  // A child that stays behind its parent is all right; one that goes before it is not.
  for (const { family, touches, late } of tables.toReversed()) {
    const parent = tables.find((table) => table.family === family.parent)
    if (!parent) continue
    for (const number of touches.keys()) if (!late.has(number)) parent.late.delete(family.parentOf(number))
  }
  return tables.map(({ late }) => late)
}

/** The runs without some INSERTs, and these INSERTs. */
export function splitRuns(runs: readonly Run[], late: RowSets): [now: Run[], then: Run[]] {
  const now: Run[] = []
  const then: Run[] = []
  for (const run of runs) {
    const rows = run.kind === 'insert' ? late[run.table] : undefined
    const isLate = (number: number): boolean => rows?.has(number) ?? false
    now.push(select(run, (number) => !isLate(number)))
    then.push(select(run, isLate))
  }
  const hasRows = ({ numbers }: Run): boolean => numbers.length > 0
  return [now.filter(hasRows), then.filter(hasRows)]
}

function select(run: Run, which: (number: number) => boolean): Run {
  const chosen = run.numbers.map(which)
  const pick = (values: readonly number[]): number[] => values.filter((_, place) => chosen[place])
  const { numbers, versions, before } = run
  return { ...run, numbers: pick(numbers), versions: pick(versions), ...(before && { before: pick(before) }) }
}
