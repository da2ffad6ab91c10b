import { OptionsError } from '../errors.js'
import type { CommitTarget, TableSource, TableState } from './commit-target.js'
import { describeState, isTableState, sourceOfState, type StateSource } from './narrowed-table.js'

/**
 * The stream that a target is of.
 *
 * @throws OptionsError for what is no target, and for tables of two streams: no commit is of both
 */
export function sourceOf(target: CommitTarget): StateSource {
  if (isTableState(target)) return sourceOfState(target)
  const states = isTableSource(target) ? target.ledger.tables.map((name) => target.table(name)) : Object.values(target)
  const [first, ...others] = states.map((state) => (isTableState(state) ? sourceOfState(state) : undefined))
  if (first === undefined) {
    throw new OptionsError('Expected a table, a stream, or an object with a table for each name, got other.')
  }
  // The source of a table is made anew with each, its log of reads belongs to the stream.
  if (isTableSource(target) || others.every((other) => other === undefined || isSame(first, other))) return first
  throw new OptionsError(
    'Expected the tables of one stream, got those of two, which have no commit in common. Compare each stream with a matcher of its own.',
  )
}

/** @throws OptionsError for a name that the target does not have */
export function stateOf(name: string, target: TableSource | Readonly<Record<string, TableState>>): TableState {
  const state = isTableSource(target) ? target.table(name) : target[name]
  if (isTableState(state)) return state
  throw new OptionsError(`Expected a table of the stream for the rows of \`${name}\`, got ${typeof state}.`)
}

/** What a target is of, so that the same one is known again. */
export function describeTarget(rows: unknown, target: CommitTarget): string {
  if (isTableState(target)) return describeState(target)
  const names = typeof rows === 'object' && rows !== null ? Object.keys(rows).toSorted() : []
  return names.map((name) => `${name}: ${describeState(stateOf(name, target))}`).join(', ')
}

function isSame(one: StateSource, other: StateSource): boolean {
  return one === other || (one.reads !== undefined && one.reads === other.reads)
}

function isTableSource(target: CommitTarget): target is TableSource {
  return typeof (target as Partial<TableSource>).table === 'function'
}
