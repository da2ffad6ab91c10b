import type { Demands } from './demands.js'
import type { Lines } from './lines.js'
import type { Member } from './member.js'

/** Which rows have at most one row of another table. */
export class Pairs {
  readonly #lines: Lines
  readonly #single = new Set<string>()

  constructor(members: readonly Member[], lines: Lines, demands: Demands) {
    this.#lines = lines
    for (const { table, parent, above } of members) {
      // Tables that are in one line, because others need it, know nothing of each other.
      if (!above.some((key) => key.table === parent)) this.#single.add(table.source.name)
    }
    for (const [lower, upper] of demands.pairs) {
      for (const table of lines.between(lower, upper)) this.#single.add(table)
    }
  }

  /** Whether a row of its parent has at most one row of a table. */
  has(table: string): boolean {
    return this.#single.has(table)
  }

  /** Whether row n of one table hangs on row n of another, which is above it, or the same. */
  are(lower: string, upper: string): boolean {
    return lower === upper || this.#lines.between(lower, upper).every((table) => this.has(table))
  }
}
