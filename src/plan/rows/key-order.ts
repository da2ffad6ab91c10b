import type { Batch, Run } from '../batch.js'

/**
 * Finds the batches that become visible late: those that insert new rows below those that earlier ones have inserted, and
 * those that a clock stamps with an earlier time than one before.
 */
export class KeyOrder {
  /** By table. */
  readonly #highest: number[] = []
  readonly #latest: number[] = []

  /** To be called with each batch, in order. A row that is inserted again is no new one. */
  comesLate({ runs }: Batch): boolean {
    const inserts = runs.filter(({ kind }) => kind === 'insert')
    const isLate = inserts.some(({ table, numbers, versions }) => {
      const highest = this.#highest[table] ?? 0
      return numbers.some((number, index) => number > 0 && number < highest && versions[index] === 0)
    })
    let isBack = false
    for (const run of runs) {
      const time = timeOf(run)
      if (time === undefined) continue
      const latest = this.#latest[run.table] ?? 0
      isBack ||= time < latest
      this.#latest[run.table] = Math.max(latest, time)
    }
    for (const { table, numbers } of inserts) {
      this.#highest[table] = Math.max(this.#highest[table] ?? 0, numbers.at(-1) ?? 0)
    }
    return isLate || isBack
  }
}

/** What a clock shows for the rows that a run inserts or changes. */
function timeOf({ kind, times, versions, before }: Run): number | undefined {
  if (kind === 'delete' || !times) return undefined
  return before ? times.find((_, index) => before[index] !== versions[index]) : times[0]
}
