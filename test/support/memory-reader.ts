import type { KeyFilter, TableReader } from '../../src/ledger/table-reader.js'
import type { PgValue } from '../../src/tables/column.js'
import { Random } from '../../src/tables/random.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'
import { copyLine } from './copy-format.js'

/** Rows of a table as a database would send them: several may have the same key. */
export type StoredRows = readonly (readonly PgValue[])[]

/** Reads rows from memory, in any order and cut anywhere. */
export class MemoryReader implements TableReader {
  readonly #tables: Readonly<Record<string, StoredRows>>
  readonly #random: Random
  readonly #longestChunk: number
  /** Signals that reads were given. */
  readonly signals: (AbortSignal | undefined)[] = []

  constructor(tables: Readonly<Record<string, StoredRows>>, order: number, longestChunk = 1000) {
    this.#tables = tables
    this.#random = new Random(order, 'reader').at(1)
    this.#longestChunk = longestChunk
  }

  async *read(table: TableDefinition, filter: KeyFilter, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    this.signals.push(signal)
    const among = new Set(filter.among.map(([key]) => key))
    const { above, upTo = Number.POSITIVE_INFINITY } = filter
    const isWanted = (key: number): boolean => (key > above && key <= upTo) || among.has(key)
    const rows = this.#tables[table.name]!.filter(([key]) => isWanted(Number(key)))
    const bytes = Buffer.from(this.#shuffle(rows).map(copyLine).join(''))
    for (let at = 0; at < bytes.length;) {
      const end = at + this.#random.between(0, this.#longestChunk)
      yield bytes.subarray(at, end)
      at = Math.min(end, bytes.length)
    }
  }

  #shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items]
    for (let i = shuffled.length - 1; i > 0; i--) {
      const other = this.#random.below(i + 1)
      ;[shuffled[i], shuffled[other]] = [shuffled[other]!, shuffled[i]!]
    }
    return shuffled
  }
}
