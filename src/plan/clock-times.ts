import { Clock } from '../tables/clock.js'
import type { Batch, BatchSource, Run } from './batch.js'
import { familiesOf, firstNumbers } from './families/families.js'
import type { PlanInput, PlanTable } from './plan-input.js'
import { IntMap } from './rows/int-map.js'
import { positionOf } from './rows/row-position.js'

/**
 * Says of every row of a table with a clock what the clock shows for the commit that made its version. The only place where
 * a commit gets its time: the writer and the ledger take it from the runs.
 */
export class ClockTimes implements BatchSource {
  readonly #source: BatchSource
  /** Undefined for a table without a clock, whose runs stay as they are. */
  readonly #tables: readonly (RowTimes | undefined)[]
  readonly #clocks: readonly (Clock | undefined)[]

  constructor(source: BatchSource, input: PlanInput) {
    const { tables, seed, baselineRows } = input
    const first = firstNumbers(familiesOf(input), baselineRows)
    this.#source = source
    this.#clocks = tables.map(({ definition: { clock } }) => clock && new Clock(clock, seed))
    this.#tables = tables.map(
      ({ definition: { clock }, baseline }, table) =>
        clock && new RowTimes(baseline.images.length, first[table]?.at(-1) ?? 0),
    )
  }

  get commit(): number {
    return this.#source.commit
  }

  next(): Batch {
    const batch = this.#source.next()
    const { rolledBack } = batch
    return {
      ...batch,
      runs: batch.runs.map((run) => {
        const time = this.#timeOf(run, batch)
        return time === undefined ? run : this.#tables[run.table]!.record(run, time)
      }),
      // No row of it stays, so that nobody needs to know its time again.
      ...(rolledBack && {
        rolledBack: rolledBack.map((run) => {
          const time = this.#timeOf(run, batch)
          return time === undefined ? run : { ...run, times: run.numbers.map(() => time) }
        }),
      }),
    }
  }

  #timeOf({ table, begins }: Run, batch: Batch): number | undefined {
    return this.#clocks[table]?.at(batch.commit, begins ?? batch.begins)
  }
}

/** Whether a plan has a table with a clock. */
export function hasClocks(tables: readonly PlanTable[]): boolean {
  return tables.some(({ definition }) => definition.clock !== undefined)
}

/** The times of the rows that one table holds: an integer for each commit and for each row that was changed. */
class RowTimes {
  readonly #foreign: number
  /** For each commit that inserted rows above the highest number: that number, and the time. */
  readonly #lasts: number[]
  readonly #times: number[]
  /** By position of a row that was changed since: its time + 1. */
  readonly #changed = new IntMap()

  /** @param last The highest number before the first commit */
  constructor(foreignRows: number, last: number) {
    this.#foreign = foreignRows
    this.#lasts = [last]
    this.#times = [0]
  }

  /** Enters a run of a commit with this time, and adds the times of its rows. */
  record(run: Run, time: number): Run {
    const { kind, numbers, versions, before, again } = run
    if (kind === 'delete') {
      const times = numbers.map((number) => this.#timeOf(number))
      for (const number of numbers) this.#changed.delete(this.#position(number))
      return { ...run, times }
    }
    if (kind === 'insert') {
      if (again) for (const number of numbers) this.#changed.set(this.#position(number), time + 1)
      else this.#append(numbers.at(-1), time)
      return { ...run, times: numbers.map(() => time) }
    }
    const timesBefore = numbers.map((number) => this.#timeOf(number))
    const times = numbers.map((number, index) => {
      if (before?.[index] === versions[index]) return timesBefore[index]!
      this.#changed.set(this.#position(number), time + 1)
      return time
    })
    return { ...run, times, timesBefore }
  }

  #append(last: number | undefined, time: number): void {
    if (last === undefined) return
    this.#lasts.push(last)
    this.#times.push(time)
  }

  #timeOf(number: number): number {
    const changed = this.#changed.get(this.#position(number))
    // A row that stood there before shows its own stamp until it is changed.
    if (changed > 0 || number < 0) return Math.max(0, changed - 1)
    let [low, high] = [0, this.#lasts.length - 1]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#lasts[middle]! < number) low = middle + 1
      else high = middle
    }
    return this.#times[low]!
  }

  #position(number: number): number {
    return positionOf(number, this.#foreign)
  }
}
