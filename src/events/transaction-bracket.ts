import type { ReadChange } from './captured-change.js'

/** Collects changes of a feed with an event where a transaction begins and one where it ends. */
export class TransactionBracket {
  readonly changes: ReadChange[] = []
  /** The first change of the transaction that is open. */
  #start: number | undefined
  #name: string | undefined

  /** @param name undefined where the feed does not name it */
  begin(name: string | undefined): void {
    this.#start = this.changes.length
    this.#name = name
  }

  add(change: ReadChange): void {
    if (this.#start === undefined) return void this.changes.push(change)
    const { transaction = this.#name, position = this.changes.length - this.#start + 1 } = change
    this.changes.push({ ...change, transaction, position })
  }

  /** A feed that is cut off has no end of its last transaction. */
  commit(): void {
    const start = this.#start ?? this.changes.length
    const total = this.changes.length - start
    for (let at = start; at < this.changes.length; at++) {
      const change = this.changes[at]!
      this.changes[at] = { ...change, total, last: at === this.changes.length - 1 }
    }
    this.#start = undefined
  }
}

/** A number that names a transaction, unless it lost digits on its way. */
export function transactionName(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  return Number.isSafeInteger(value) ? String(value) : undefined
}
