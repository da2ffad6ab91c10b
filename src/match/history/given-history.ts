import { OptionsError } from '../../errors.js'
import type { Cell } from '../../tables/column.js'
import { readGivenRows, rowList } from '../given/given-rows.js'
import { textOf } from '../../tables/types/value-text.js'
import type { ResolvedState } from '../narrowed-table.js'
import type { CompleteHistoryOptions } from './history-options.js'
import { readStamp, type Stamp } from './stamp.js'

/** A version of a row, as the history that is judged has it. */
export interface GivenVersion {
  readonly cells: readonly Cell[]
  readonly from: Stamp
  readonly to: Stamp
  /** Both as they were given, in words. */
  readonly shown: string
  /** Undefined where no column says so. */
  readonly isCurrent: boolean | undefined
  /** Whether it says that the row is deleted. */
  readonly isFlagged: boolean
}

/** A history as it was given. */
export interface GivenHistory {
  readonly versions: readonly GivenVersion[]
  /** The first rows. */
  readonly samples: readonly object[]
}

const YES: ReadonlySet<string> = new Set(['true', 't', '1', 'y', 'yes'])

/**
 * Reads the rows of a history. Columns that neither the table nor the options name are left aside.
 *
 * @throws OptionsError for rows that lack a column, and for bounds that are no stamps
 */
export function readHistory(state: ResolvedState, given: unknown, options: CompleteHistoryOptions): GivenHistory {
  const list = rowList(given, state.names)
  const { rows, samples } = readGivenRows(state, list)
  const versions = rows.map((cells, index): GivenVersion => {
    const row = list[index]
    const at = (column: string): unknown => {
      const value =
        typeof row === 'object' && row !== null ? (row as Readonly<Record<string, unknown>>)[column] : undefined
      if (value !== undefined) return value
      throw new OptionsError(
        `Expected versions with the column \`${column}\`, got row ${index + 1} without it. Give rows as objects, and name their columns in \`toMatchHistory()\`.`,
      )
    }
    const bound = (column: string): Stamp => {
      const stamp = readStamp(at(column))
      if (stamp !== undefined) return stamp
      throw new OptionsError(
        `Expected \`${column}\` to hold integers or times, got \`${textOf(at(column))}\` in row ${index + 1}.`,
      )
    }
    const isTrue = (column: string): boolean => YES.has(textOf(at(column)).toLowerCase())
    const { current, flag } = options
    return {
      cells,
      from: bound(options.from),
      to: bound(options.to),
      shown: `from ${textOf(at(options.from))} to ${at(options.to) === null ? 'now' : textOf(at(options.to))}`,
      isCurrent: current === undefined ? undefined : isTrue(current),
      isFlagged: flag !== undefined && isTrue(flag),
    }
  })
  return { versions, samples }
}
