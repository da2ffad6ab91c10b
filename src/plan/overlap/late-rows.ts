import type { Batch, Run } from '../batch.js'

/** By table: the index of its parent, or −1. */
export type ParentIndexes = readonly number[]

/** By table: row numbers. */
export type RowSets = readonly Set<number>[]

/**
 * Chooses the new rows of a batch that can be committed after some later batches: nothing else touches them until then,
 * and a parent is taken only together with its child.
 */
export function chooseLateRows(
  runs: readonly Run[],
  later: readonly Pick<Batch, 'runs'>[],
  parents: ParentIndexes,
): RowSets {
  const touches = parents.map(() => new Map<number, number>())
  for (const { table, numbers } of [...runs, ...later.flatMap((batch) => batch.runs)]) {
    for (const number of numbers) touches[table]!.set(number, (touches[table]!.get(number) ?? 0) + 1)
  }
  const late = parents.map(() => new Set<number>())
  for (const { kind, table, numbers } of runs) {
    if (kind !== 'insert') continue
    for (const number of numbers) if (number > 0 && touches[table]!.get(number) === 1) late[table]!.add(number)
  }
  // A child that stays behind its parent is all right; one that goes before it is not.
  for (let table = parents.length - 1; table >= 0; table--) {
    const parent = parents[table]!
    if (parent < 0) continue
    for (const number of touches[table]!.keys()) if (!late[table]!.has(number)) late[parent]!.delete(number)
  }
  return late
}

/** The runs without some INSERTs, and these INSERTs. */
export function splitRuns(runs: readonly Run[], late: RowSets): [now: Run[], then: Run[]] {
  const now: Run[] = []
  const then: Run[] = []
  for (const run of runs) {
    const isLate = (number: number): boolean => run.kind === 'insert' && late[run.table]!.has(number)
    now.push(select(run, (number) => !isLate(number)))
    then.push(select(run, isLate))
  }
  const hasRows = ({ numbers }: Run): boolean => numbers.length > 0
  return [now.filter(hasRows), then.filter(hasRows)]
}

function select(run: Run, which: (number: number) => boolean): Run {
  const places = run.numbers.flatMap((number, place) => (which(number) ? [place] : []))
  return {
    ...run,
    numbers: places.map((place) => run.numbers[place]!),
    versions: places.map((place) => run.versions[place]!),
    ...(run.before ? { before: places.map((place) => run.before![place]!) } : {}),
  }
}
