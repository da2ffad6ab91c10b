import { OptionsError } from '../errors.js'
import type { Ledger } from '../ledger/public-ledger.js'
import type { Mismatch } from './anomaly.js'
import type { CommitLimits, CommitRange, CommitTarget, TableSource } from './commit-target.js'
import { explainMismatch, matchingCommits, type Outside } from './explain-mismatch.js'
import { readGivenRows } from './given-rows.js'
import { isTableState, resolveState, sourceOfState, type StateSource } from './narrowed-table.js'
import type { Reading } from './reading.js'
import type { TableState } from './table-state.js'

/** The answer to whether what was read equals the tables after some commit. */
export interface CommitMatch {
  readonly range: CommitRange | undefined
  readonly readings: readonly Reading[]
  /** Only where there is no range. */
  explain(): Mismatch
}

/** Reads the rows of one table or of several, in one pass. */
export function readTables(rows: unknown, target: CommitTarget): Reading[] {
  return statesFor(rows, target).map(({ state, given }) => {
    const resolved = resolveState(state)
    return { ...resolved, name: state.name, rows: readGivenRows(resolved.view.columns, given) }
  })
}

/** Each table that is asked for, with the rows that are given for it. */
export function statesFor(rows: unknown, target: CommitTarget): { state: TableState; given: unknown }[] {
  if (isTableState(target)) return [{ state: target, given: rows }]
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
  if (isTableState(target)) return sourceOfState(target)
  if (isTableSource(target)) return target
  const [first] = Object.values(target)
  if (isTableState(first)) return sourceOfState(first)
  throw new OptionsError('Expected a table, a stream, or an object with a table for each name, got other.')
}

function isTableSource(target: CommitTarget): target is TableSource {
  return typeof (target as Partial<TableSource>).table === 'function'
}

function stateOf(name: string, target: TableSource | Readonly<Record<string, TableState>>): TableState {
  const state = isTableSource(target) ? target.table(name) : target[name]
  if (isTableState(state)) return state
  throw new OptionsError(`Expected a table of the stream for the rows of \`${name}\`, got ${typeof state}.`)
}
