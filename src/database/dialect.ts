import type { SqlClient } from './client.js'
import type { DialectInfo } from './dialect-info.js'
import type { TableDefinition } from '../tables/table-definition.js'

/** What sets one dialect apart from another. A session has the rest: `DatabaseClient`. */
export interface Dialect {
  readonly name: DialectInfo['name']
  /** The product, for people. */
  readonly product: string
  /** A name as its SQL has it. */
  readonly quote: (name: string) => string
  /** Whether the database can tell who waits for a lock of whom, whatever the lock; else a lock time-out has to. */
  readonly seesRowLocks: boolean
  /** Whether only the catalog tells what UPDATE and DELETE lock, and where the rows of a table are. */
  readonly hasStorages: boolean
  /** Parameters for a session that writes the load, where the server knows them. */
  readonly writingSettings: Readonly<Record<string, string>>
  /**
   * Parameters for statements that find rows by key: whatever the statistics make of the table, an index is used. A planner
   * without statistics makes a join of whole tables quadratic with them, so they are not for reading.
   */
  readonly findingSettings: Readonly<Record<string, string>>
  /** How a table without a key gets one in a copy of it. */
  readonly copyWithKey: string
  /** What creates a schema and the tables of some definitions in it, to be run by hand. */
  script(schema: string, tables: readonly string[]): readonly string[]
  /** The SQL that creates a table of a definition. */
  createTable(definition: TableDefinition, schema: string): string
  /** The SQL that drops a schema and all in it, if it is there. */
  dropSchema(schema: string): string
  /** Those of a table's storages that cannot roll back what is written to them. */
  unsafeStorages(storages: readonly string[]): readonly string[]
  /** Those of a table's access methods with which UPDATE and DELETE lock it whole. */
  lockingStorages(storages: readonly string[]): readonly string[]
  /** Whether every segment has all rows of a table. */
  isReplicated(client: SqlClient, oid: number): Promise<boolean>
}
