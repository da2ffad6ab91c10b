import type { Pgoutput } from 'pg-logical-replication'

type RowMessage = Pgoutput.MessageInsert | Pgoutput.MessageUpdate | Pgoutput.MessageDelete
type Row = Readonly<Record<string, unknown>>

/** What a transaction leaves behind in one table: by key, the row, or null where there is none any more. */
export interface TableChanges {
  readonly table: string
  readonly key: string
  readonly rows: ReadonlyMap<string, Row | null>
}

/** A transaction of the source, collected change by change until its commit. */
export class Transaction {
  /** Where its commit is in the write-ahead log. */
  readonly lsn: string
  changes = 0
  readonly #tables = new Map<string, { table: string; key: string; rows: Map<string, Row | null> }>()

  constructor(lsn: string) {
    this.lsn = lsn
  }

  add(message: RowMessage): void {
    const { name, keyColumns } = message.relation
    const key = keyColumns[0]!
    const changes = this.#tables.get(name) ?? { table: name, key, rows: new Map<string, Row | null>() }
    this.#tables.set(name, changes)
    this.changes += 1
    if (message.tag !== 'insert') {
      // With REPLICA IDENTITY FULL the old row comes, with a primary key the key alone, and only if it has changed.
      const before: Row | null = message.old ?? message.key
      if (before) changes.rows.set(String(before[key]), null)
    }
    if (message.tag !== 'delete') {
      const after: Row = message.new
      changes.rows.set(String(after[key]), after)
    }
  }

  tables(): Iterable<TableChanges> {
    return this.#tables.values()
  }
}
