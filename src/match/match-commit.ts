import { OptionsError } from '../errors.js'
import type { Ledger } from '../ledger/ledger.js'
import type { Mismatch } from './anomaly.js'
import { explainMismatch, matchingCommits, type Outside } from './explain-mismatch.js'
import { type Reading, toReading } from './reading.js'
import { type StateSource, TableState } from './table-state.js'

/** Which commits are considered. */
export interface CommitLimits {
  /** The first one. @default 0: what stood there before the first change */
  readonly since?: number
  /** The last one. @default the last one whose COMMIT was sent: a reader may see it before it is acknowledged */
  readonly until?: number
}

/** The commits that what was read equals; between them nothing changed that it shows. */
export interface CommitRange {
  readonly first: number
  readonly last: number
}

/** A stream whose tables are asked for by their names. */
export interface TableSource {
  readonly ledger: Ledger
  table(name: string): TableState
}

/** What rows are compared with: one table, or several of one stream, each named in the object of rows. */
export type CommitTarget = TableState | TableSource | Readonly<Record<string, TableState>>

/** The answer to whether what was read equals the tables after some commit. */
export interface CommitMatch {
  readonly range: CommitRange | undefined
  readonly readings: readonly Reading[]
  /** Only where there is no range. */
  explain(): Mismatch
}

/**
 * Finds the commits after which one table, or several together, contained exactly the rows that were read. Takes one
 * pass over the rows, whatever the number of commits.
 *
 * @param rows of one table; or, for a stream, an object with the rows of each table by its name
 * @returns undefined where there is no such commit
 * @throws OptionsError for rows that lack a column and for commits that were not made; StateError before the stream has begun
 */
export function matchCommit(rows: unknown, target: CommitTarget, limits: CommitLimits = {}): CommitRange | undefined {
  return compareWithCommits(readTables(rows, target), limits).range
}

/** Says what is wrong with rows for which `matchCommit` finds no commit. */
export function explainCommit(rows: unknown, target: CommitTarget, limits: CommitLimits = {}): Mismatch | undefined {
  const match = compareWithCommits(readTables(rows, target), limits)
  return match.range ? undefined : match.explain()
}

/** Reads the rows of one table or of several, in one pass. */
export function readTables(rows: unknown, target: CommitTarget): Reading[] {
  return statesFor(rows, target).map(({ state, given }) => toReading(state, given))
}

/** Each table that is asked for, with the rows that are given for it. */
export function statesFor(rows: unknown, target: CommitTarget): { state: TableState; given: unknown }[] {
  if (target instanceof TableState) return [{ state: target, given: rows }]
  if (typeof rows !== 'object' || rows === null || Array.isArray(rows) || Object.keys(rows).length === 0) {
    throw new OptionsError(
      'Expected an object with the rows of each table, `{ store_sales_heap: rows, … }`, got other.',
    )
  }
  return Object.entries(rows).map(([name, given]) => ({ state: stateOf(name, target), given: given as unknown }))
}

/** @param outside what it is called where what was read is as after a commit outside of the limits */
export function compareWithCommits(
  readings: readonly Reading[],
  limits: CommitLimits,
  outside: Outside = 'out of order',
): CommitMatch {
  const visible = Math.min(...readings.map((reading) => reading.until))
  const { since = 0, until = visible } = limits
  for (const [name, commit] of Object.entries({ since, until })) {
    if (Number.isInteger(commit) && commit >= 0 && commit <= visible) continue
    throw new OptionsError(`Expected \`${name}\` to be a commit from 0 to ${visible}, the last one, got \`${commit}\`.`)
  }
  const found = matchingCommits(readings, since, until)
  const range = found.length > 0 ? Object.freeze({ first: found[0]!, last: found.at(-1)! }) : undefined
  return { range, readings, explain: () => explainMismatch(readings, since, until, outside) }
}

/** @throws StateError before the stream has begun */
export function ledgerOf(target: CommitTarget): Ledger {
  return sourceOf(target).ledger
}

/** Whether further commits can come at any moment. */
export function isMoving(target: CommitTarget): boolean {
  const source = sourceOf(target)
  return 'moving' in source && source.moving
}

function sourceOf(target: CommitTarget): StateSource | TableSource {
  if (target instanceof TableState) return target.source
  if (isTableSource(target)) return target
  const [first] = Object.values(target)
  if (first instanceof TableState) return first.source
  throw new OptionsError('Expected a table, a stream, or an object with a table for each name, got other.')
}

function isTableSource(target: CommitTarget): target is TableSource {
  return typeof (target as Partial<TableSource>).table === 'function'
}

function stateOf(name: string, target: TableSource | Readonly<Record<string, TableState>>): TableState {
  const state = isTableSource(target) ? target.table(name) : target[name]
  if (state instanceof TableState) return state
  throw new OptionsError(`Expected a table of the stream for the rows of \`${name}\`, got ${typeof state}.`)
}
