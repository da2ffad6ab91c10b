import type { ForeignKey } from './foreign-key.js'

/**
 * What tables of a draft need of each other, found while their families are formed: families are formed again until
 * there is nothing new. It only grows, so that this ends.
 */
export class Demands {
  readonly #hanging = new Set<string>()
  readonly #still = new Set<string>()
  readonly #repeated = new Set<string>()
  readonly #pairs = new Map<string, readonly [lower: string, upper: string]>()

  get size(): number {
    return this.#hanging.size + this.#still.size + this.#repeated.size + this.#pairs.size
  }

  /** Rows of the table have to hang on those that the foreign key points at: no reference will do. */
  hang(table: string, { name }: ForeignKey): void {
    this.#hanging.add(JSON.stringify([table, name]))
  }

  hangs(table: string, { name }: ForeignKey): boolean {
    return this.#hanging.has(JSON.stringify([table, name]))
  }

  /** The foreign key has to point at nothing, or at the row itself. */
  still(table: string, { name }: ForeignKey): void {
    this.#still.add(JSON.stringify([table, name]))
  }

  isStill(table: string, { name }: ForeignKey): boolean {
    return this.#still.has(JSON.stringify([table, name]))
  }

  /** A column of the key has the value of another one of it. */
  repeat(table: string, column: string): void {
    this.#repeated.add(JSON.stringify([table, column]))
  }

  repeats(table: string, column: string): boolean {
    return this.#repeated.has(JSON.stringify([table, column]))
  }

  /** A row of the upper table has at most one row of the lower one. */
  pair(lower: string, upper: string): void {
    this.#pairs.set(JSON.stringify([lower, upper]), [lower, upper])
  }

  get pairs(): Iterable<readonly [lower: string, upper: string]> {
    return this.#pairs.values()
  }
}
