/** Which table each one hangs on. */
export class Lines {
  /** The names of all tables; those that others point at come first. */
  readonly #order: readonly string[]
  readonly #parents = new Map<string, string>()

  constructor(order: readonly string[]) {
    this.#order = order
  }

  parentOf(table: string): string | undefined {
    return this.#parents.get(table)
  }

  /** What a table hangs on, from its parent upwards. */
  above(table: string): readonly string[] {
    const parent = this.#parents.get(table)
    return parent === undefined ? [] : [parent, ...this.above(parent)]
  }

  /** The tables from one up to the one below another, which it hangs on. */
  between(lower: string, upper: string): readonly string[] {
    const above = this.above(lower)
    return [lower, ...above].slice(0, above.indexOf(upper) + 1)
  }

  hang(table: string, parent: string): void {
    this.#parents.set(table, parent)
  }

  /**
   * Makes one line of two: that of a table, and another one that it has to hang on, too. Whatever hung on something before still
   * does.
   */
  merge(table: string, other: string): void {
    const all = new Set([...this.above(table), other, ...this.above(other)])
    const line = this.#order.filter((name) => all.has(name))
    for (const [index, name] of line.entries()) if (index > 0) this.#parents.set(name, line[index - 1]!)
    this.#parents.set(table, line.at(-1)!)
  }
}
