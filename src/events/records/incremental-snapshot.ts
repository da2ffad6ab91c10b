import type { Change, Row } from '../../ledger/change.js'
import type { LedgerState } from '../../ledger/public-ledger.js'
import { keyNames } from '../../tables/keys/key-column.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import { asInsert } from './snapshot-records.js'

const CHUNK = 100
/** So many commits are between the signals that open and close the window of a chunk. */
const WINDOW = 2

interface Waiting {
  readonly table: string
  readonly row: Row
  /** The last commit that changed it. */
  readonly changed: number
}

/**
 * A snapshot that is told in chunks among the changes. A row that changes while the window of its chunk is open is left
 * out, as its change tells of it.
 * https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-incremental-snapshots
 */
export class IncrementalSnapshot {
  readonly #keys: ReadonlyMap<string, readonly string[]>
  readonly #begin: number
  /** The rows that are still to be told, in the order of the chunks. */
  readonly #waiting = new Map<string, Waiting>()

  /** @param state what stands in the tables when it begins; what is inserted later is told as a change only */
  constructor(state: LedgerState, tables: readonly TableDefinition[]) {
    this.#begin = state.commit
    this.#keys = new Map(tables.map((table) => [table.name, keyNames(table)]))
    for (const { name: table } of tables) {
      for (const row of state.rows(table)) {
        this.#waiting.set(this.#nameOf(table, row), { table, row, changed: state.commit })
      }
    }
  }

  /** The rows that are told when a commit is through, and its changes are told. */
  next(commit: number, changes: readonly Change[]): Change[] {
    for (const change of changes) this.#follow(commit, change)
    if (commit < this.#begin + WINDOW) return []
    return this.#chunk()
      .filter(({ changed }) => changed <= commit - WINDOW)
      .map(({ table, row }) => asInsert(table, row))
  }

  #chunk(): Waiting[] {
    const chunk: Waiting[] = []
    for (const [name, waiting] of this.#waiting) {
      if (chunk.length === CHUNK) break
      chunk.push(waiting)
      this.#waiting.delete(name)
    }
    return chunk
  }

  #follow(commit: number, { table, before, after }: Change): void {
    const row = after ?? before ?? {}
    const name = this.#nameOf(table, row)
    if (!this.#waiting.has(name)) return
    // A row that is replaced keeps its place, and so stays in its chunk.
    if (after) this.#waiting.set(name, { table, row, changed: commit })
    else this.#waiting.delete(name)
  }

  #nameOf(table: string, row: Row): string {
    return JSON.stringify([table, ...(this.#keys.get(table) ?? []).map((name) => row[name] ?? null)])
  }
}
