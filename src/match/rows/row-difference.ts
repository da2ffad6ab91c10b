import type { Cell } from '../../tables/column.js'
import type { Reading } from './reading.js'
import type { States } from './row-states.js'

/** One key with which what was read is not the view after a commit. */
export interface RowDifference {
  readonly reading: Reading
  /** As it was read. */
  readonly key: string
  /** The number of a row of the table; undefined for a key that the stream never had, and for a group. */
  readonly number: number | undefined
  /** What the view showed of it; undefined for a key that it never had. */
  readonly states: States | undefined
  /** As it was read; undefined where it is missing. */
  readonly given: readonly Cell[] | undefined
  /** How often the key was read. */
  readonly times: number
}

/** Identifies the rows of a reading, and knows what the view showed of each of them. */
export interface RowKeys {
  /** Undefined for a row that was never in the table. */
  statesOf(row: readonly Cell[]): States | undefined
  /** Each key with which what was read is not the view after a commit. */
  differences(commit: number): RowDifference[]
  /** How many rows of the view a commit changed. */
  changesOf(commit: number): number
}
