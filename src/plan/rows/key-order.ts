import type { Batch } from '../batch.js'

/** Finds the batches that insert new rows below those that earlier ones have inserted: these become visible late. */
export class KeyOrder {
  /** By table. */
  readonly #highest: number[] = []

  /** To be called with each batch, in order. A row that is inserted again is no new one. */
  comesLate({ runs }: Batch): boolean {
    const inserts = runs.filter(({ kind }) => kind === 'insert')
    const isLate = inserts.some(({ table, numbers, versions }) => {
      const highest = this.#highest[table] ?? 0
      return numbers.some((number, index) => number > 0 && number < highest && versions[index] === 0)
    })
    for (const { table, numbers } of inserts) {
      this.#highest[table] = Math.max(this.#highest[table] ?? 0, numbers.at(-1) ?? 0)
    }
    return isLate
  }
}
