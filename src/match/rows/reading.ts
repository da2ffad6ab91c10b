import { createAccumulator } from '../../ledger/accumulator.js'
import { Fingerprint } from '../../ledger/fingerprint.js'
import { keyPlaces, passes, project } from '../../ledger/view.js'
import type { Cell } from '../../tables/column.js'
import { readGivenRows, readGivenRowsAsync } from '../given/given-rows.js'
import { type ResolvedState, resolveState } from '../narrowed-table.js'
import type { TableState } from '../commit-target.js'
import { scaledToText } from '../../tables/scaled-number.js'
import { typeOf } from '../../tables/types/cell-types.js'

/** Rows that were read of one table, beside what the ledger knows of it. */
export interface Reading extends ResolvedState {
  readonly name: string
  readonly rows: readonly (readonly Cell[])[]
  /** The first of them as they were given. */
  readonly samples: readonly object[]
}

/** Reads what was given for a table. */
export function toReading(state: TableState, given: unknown): Reading {
  const resolved = resolveState(state)
  return { ...resolved, name: state.name, ...readGivenRows(resolved, given) }
}

/** The same for rows that may also come one after the other. */
export async function toReadingAsync(state: TableState, given: unknown): Promise<Reading> {
  const read = await readGivenRowsAsync(resolveState(state), given)
  // Commits that were made meanwhile may be what was read.
  return { ...resolveState(state), name: state.name, ...read }
}

/** The commits of a range after which the table may be what was read: its fingerprint and count say so. */
export function proposeCommits({ track, rows }: Reading, since: number, until: number): number[] {
  const fingerprint = new Fingerprint()
  for (const row of rows) fingerprint.add(row)
  return track.find(fingerprint.toString(), rows.length, since, until)
}

/** Whether what was read is exactly the table after a commit, as a multiset of rows. */
export function equalsCommit(reading: Reading, commit: number): boolean {
  const places = keyPlaces(reading.table.rows.key, reading.view)
  if (places) return equalsByKey(reading, places, commit)
  return balances(reading, commit).every(({ balance }) => balance === 0)
}

/** To be called where the numbers of rows are equal: then distinct keys with equal rows are all there are. */
function equalsByKey({ table, view, rows }: Reading, places: readonly number[], commit: number): boolean {
  const { columns } = table.rows.definition
  const seen = new Set<number>()
  for (const row of rows) {
    const number = table.rows.numberOf(places.map((place) => row[place]))
    const version = number === undefined ? undefined : table.history.versionAt(number, commit)
    if (number === undefined || version === undefined) return false
    const expected = table.load(number, version)
    if (!passes(view, columns, expected) || !sameCells(project(view, expected), row)) return false
    seen.add(number)
  }
  return seen.size === rows.length
}

/** The distinct rows of both, and how many more of each the view has after a commit than were read. */
export function balances(
  reading: Reading,
  commit: number,
): { readonly row: readonly Cell[]; readonly balance: number }[] {
  const found = new Map<string, { readonly row: readonly Cell[]; balance: number }>()
  const count = (row: readonly Cell[], by: number): void => {
    const text = rowText(row)
    const known = found.get(text)
    if (known) known.balance += by
    else found.set(text, { row, balance: by })
  }
  for (const row of viewRows(reading, commit)) count(row, 1)
  for (const row of reading.rows) count(row, -1)
  return [...found.values()]
}

/** The rows of a view after a commit. */
export function viewRows({ table, view }: Pick<Reading, 'table' | 'view'>, commit: number): (readonly Cell[])[] {
  const { columns } = table.rows.definition
  const rows = new Map<string, (readonly Cell[])[]>()
  const accumulator = createAccumulator(columns, view, {
    enter: (cells) => {
      const text = rowText(cells)
      const same = rows.get(text)
      if (same) same.push([...cells])
      else rows.set(text, [[...cells]])
    },
    leave: (cells) => {
      const text = rowText(cells)
      if (rows.get(text)!.length > 1) rows.get(text)!.pop()
      else rows.delete(text)
    },
  })
  for (const { number } of table.history.versionsAt(commit)) {
    accumulator.add(table.load(number, table.history.versionAt(number, commit)!))
  }
  return [...rows.values()].flat()
}

/** The same for equal rows. */
export function rowText(cells: readonly Cell[]): string {
  return JSON.stringify(cells)
}

/** Undefined is no row, which is the same as no row. */
export function sameCells(one: readonly Cell[] | undefined, other: readonly Cell[] | undefined): boolean {
  if (!one || !other) return one === other
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false
  return one.length === other.length
}

/** A cell as PostgreSQL writes it. Sums beyond 2^53 are kept as their digits. */
export function showCell(type: string, cell: Cell): string {
  if (cell === null) return 'NULL'
  const scale = typeOf(type).scale?.(type)
  const isNumber = typeof cell === 'number' || (typeof cell === 'string' && /^-?\d+$/.test(cell))
  return scale !== undefined && isNumber ? scaledToText(BigInt(cell), scale) : JSON.stringify(cell)
}
