import { OptionsError } from '../../errors.js'
import { expectKnown } from '../../tables/expect-known.js'

/** How a table keeps the history of another one. */
export interface HistoryOptions {
  /** The column that says from when a version held. */
  readonly from: string
  /**
   * The column that says until when, which is when the next one began: NULL, `infinity` or a day of the year 9999 in the one that
   * still holds.
   */
  readonly to: string
  /** The column that is true in the version that still holds. @default none */
  readonly current?: string
  /**
   * Whether no version may be left out, as of what reads a log of changes. What polls sees some of them only. Versions that the
   * commit which made them replaced may be left out in any case. @default false
   */
  readonly every?: boolean
  /**
   * What becomes of the last version of a row that was deleted. `close`: it ends. `flag`: it ends, and one more follows in which the
   * column `flag` is true. `keep`: nothing. @default 'close'
   */
  readonly deleted?: 'close' | 'flag' | 'keep'
  /** The column that is true in a version which says that the row is deleted. @default 'is_deleted' */
  readonly flag?: string
  /**
   * What the columns `from` and `to` hold. `stamp`: anything that grows, of which only the order counts. `commit`: the numbers of
   * the commits; with `every` of those that made the versions, else of any at which they held. `clock`: what the table's clock
   * showed for the version. @default 'stamp'
   */
  readonly bounds?: 'stamp' | 'commit' | 'clock'
}

export type CompleteHistoryOptions = Required<Omit<HistoryOptions, 'current' | 'flag'>> & {
  readonly current: string | undefined
  /** Undefined where deleted rows have no version of their own. */
  readonly flag: string | undefined
}

/** The compiler asks for all of them. */
const OPTION_NAMES: readonly string[] = Object.keys({
  from: true,
  to: true,
  current: true,
  every: true,
  deleted: true,
  flag: true,
  bounds: true,
} satisfies Record<keyof HistoryOptions, true>)

const DELETED = ['close', 'flag', 'keep'] as const
const BOUNDS = ['stamp', 'commit', 'clock'] as const

/** @throws OptionsError for unknown names, ways and bounds */
export function completeHistoryOptions(given: HistoryOptions): CompleteHistoryOptions {
  expectKnown(given, OPTION_NAMES, '`toMatchHistory()`')
  const { from, to, current, every = false, deleted = 'close', flag, bounds = 'stamp' } = given
  for (const [name, value] of Object.entries({ from, to })) {
    if (typeof value !== 'string') throw expected(name, 'the name of a column', value)
  }
  if (!DELETED.includes(deleted)) throw expected('deleted', `one of ${DELETED.join(', ')}`, deleted)
  if (!BOUNDS.includes(bounds)) throw expected('bounds', `one of ${BOUNDS.join(', ')}`, bounds)
  if (flag !== undefined && deleted !== 'flag') {
    throw new OptionsError(
      `Expected \`flag\` with \`deleted: 'flag'\` only, got \`${deleted}\`. Leave one of them out.`,
    )
  }
  return { from, to, current, every, deleted, flag: deleted === 'flag' ? (flag ?? 'is_deleted') : undefined, bounds }
}

const expected = (name: string, what: string, value: unknown): OptionsError =>
  new OptionsError(`Expected \`${name}\` to be ${what}, got \`${String(value)}\`.`)
