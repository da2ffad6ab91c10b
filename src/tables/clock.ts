import type { Cell, Column } from './column.js'
import { Random } from './random.js'
import { readMoment } from './types/moment.js'
import { typeOf } from './types/cell-types.js'

/**
 * A column that holds the time of the change that made its row what it is, such as `updated_at`. The time is a logical one:
 * commit k is made k seconds after `start`, however fast the commits come. INSERTs and UPDATEs set it, also of rows that
 * stood there before; an UPDATE that leaves a row as it is leaves its stamp, too. All rows of a commit have one stamp.
 */
export interface TableClock {
  /**
   * A column of type `timestamp` or `timestamptz`, of any precision; `int8`, in milliseconds since 1970; or `int4`, in
   * seconds. What `fill` writes there is not used.
   */
  readonly column: string
  /**
   * `commit`: later commits have later stamps. `begin`: a transaction that began before its turn (`lateCommit`,
   * `longTransaction`, `writers`) has the stamp of the last commit before it began, older than what was seen since.
   * `jitter`: of eight commits about one is stamped by a clock that is 1 to 3 steps behind. @default 'commit'
   */
  readonly order?: 'commit' | 'begin' | 'jitter'
  /** How many commits share a stamp; the clock goes on by as many seconds after them. @default 1 */
  readonly resolution?: number
  /** When commit 0 is made: an instant in whole seconds, from 1970 on. @default '2024-01-01T00:00:00Z' */
  readonly start?: string
}

/** A clock with its defaults. */
export type CompleteClock = Required<TableClock>

/** What `order` may be. */
export const CLOCK_ORDERS: readonly CompleteClock['order'][] = ['commit', 'begin', 'jitter']

const START = '2024-01-01T00:00:00Z'
/** The year 9000, in microseconds. */
const LATEST_START = 221_845_392_000_000_000n
const MOST_STEPS_BACK = 3
const ONE_IN = 8

export function completeClock({ column, order = 'commit', resolution = 1, start = START }: TableClock): CompleteClock {
  return { column, order, resolution, start }
}

/** When commit 0 is made, in milliseconds since 1970; undefined for what is no instant in whole seconds, or too far. */
export function clockStart(start: unknown): number | undefined {
  const moment = typeof start === 'string' ? readMoment(start) : undefined
  if (moment?.offset === undefined) return undefined
  const micros = moment.micros - moment.offset
  return micros % 1_000_000n === 0n && micros >= 0n && micros < LATEST_START ? Number(micros / 1000n) : undefined
}

/** Whether a column can hold the stamps of a clock. */
export function holdsClock({ type }: Column): boolean {
  return typeOf(type).stamp !== undefined
}

/** What a clock shows: a pure function of the seed, the commit, and when its transaction began. */
export class Clock {
  readonly #order: CompleteClock['order']
  readonly #resolution: number
  readonly #draws: Random

  /** Clocks of one stream step back together: one transaction has one time. */
  constructor(clock: TableClock, seed: number) {
    const { order, resolution } = completeClock(clock)
    this.#order = order
    this.#resolution = resolution
    this.#draws = new Random(seed, 'clock')
  }

  /**
   * Seconds after the start.
   *
   * @param begins The commit before which the transaction began
   */
  at(commit: number, begins: number = commit): number {
    const began = this.#order === 'begin' && begins < commit ? begins - 1 : commit
    const step = Math.floor(began / this.#resolution)
    return Math.max(0, step - this.#stepsBack(commit)) * this.#resolution
  }

  #stepsBack(commit: number): number {
    if (this.#order !== 'jitter') return 0
    const random = this.#draws.at(commit)
    return random.below(ONE_IN) === 0 ? random.between(1, MOST_STEPS_BACK) : 0
  }
}

/** Turns seconds after the start into cells of a column. Those of one commit come one after the other. */
export class ClockCells {
  /** Where the column is. */
  readonly index: number
  readonly #start: number
  readonly #toCell: (milliseconds: number) => Cell
  #seconds = -1
  #cell: Cell = null

  constructor(clock: TableClock, columns: readonly Column[]) {
    const { column, start } = completeClock(clock)
    this.index = columns.findIndex(({ name }) => name === column)
    this.#start = clockStart(start) ?? 0
    this.#toCell = typeOf(columns[this.index]!.type).stamp!
  }

  at(seconds: number): Cell {
    if (seconds === this.#seconds) return this.#cell
    this.#seconds = seconds
    this.#cell = this.#toCell(this.#start + seconds * 1000)
    return this.#cell
  }
}
