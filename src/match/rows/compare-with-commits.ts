import { OptionsError } from '../../errors.js'
import type { Mismatch } from '../anomaly.js'
import type { CommitRange, CommitTarget, TableState } from '../commit-target.js'
import { explainMismatch, matchingCommits } from './explain-mismatch.js'
import type { Floor } from '../floor.js'
import { isTableState } from '../narrowed-table.js'
import { type Reading, toReading } from './reading.js'
import { stateOf } from '../target-source.js'

/** The answer to whether what was read equals the tables after some commit. */
export interface CommitMatch {
  readonly range: CommitRange | undefined
  /** Where there is no range: the commits that it would be of, were it not too old. */
  readonly stale: CommitRange | undefined
  readonly readings: readonly Reading[]
  /** Only where there is no range. */
  explain(): Mismatch
}

/** Reads the rows of one table or of several, in one pass. */
export function readTables(rows: unknown, target: CommitTarget): Reading[] {
  return statesFor(rows, target).map(({ state, given }) => toReading(state, given))
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

/**
 * Finds the commits after which the tables contained what was read.
 *
 * @throws OptionsError for commits that were not made
 */
export function compareWithCommits(
  readings: readonly Reading[],
  { since, until: given, ...floor }: Floor,
): CommitMatch {
  const visible = Math.min(...readings.map((reading) => reading.until))
  const until = given ?? visible
  expectCommits({ since, until }, visible)
  const range = rangeOf(matchingCommits(readings, since, until))
  return {
    range,
    readings,
    get stale() {
      return range || since === 0 ? undefined : rangeOf(matchingCommits(readings, 0, since - 1))
    },
    explain: () => explainMismatch(readings, { ...floor, since, until }),
  }
}

/** @throws OptionsError for one that was not made */
export function expectCommits(commits: Readonly<Record<string, number>>, visible: number): void {
  for (const [name, commit] of Object.entries(commits)) {
    if (Number.isInteger(commit) && commit >= 0 && commit <= visible) continue
    throw new OptionsError(`Expected \`${name}\` to be a commit from 0 to ${visible}, the last one, got \`${commit}\`.`)
  }
}

function rangeOf(commits: readonly number[]): CommitRange | undefined {
  const [first, last] = [commits[0], commits.at(-1)]
  return first === undefined || last === undefined ? undefined : Object.freeze({ first, last })
}
