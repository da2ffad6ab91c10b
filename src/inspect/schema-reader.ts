import type { CatalogTable } from './catalog-table.js'

/** What of a schema a stream cannot write to. */
export interface NoTable {
  readonly name: string
  readonly kind: 'view' | 'materialized view' | 'foreign table'
}

export interface SchemaContent {
  /** All tables but partitions, which their parents stand for, and those that belong to an extension; by name. */
  readonly tables: readonly string[]
  readonly others: readonly NoTable[]
}

/** The port to what a catalog says of tables that nobody has defined yet. */
export interface SchemaReader {
  /** What is in a schema; undefined when there is none of that name. */
  content(schema: string): Promise<SchemaContent | undefined>
  /** A table; undefined when there is none of that name. */
  table(schema: string, name: string): Promise<CatalogTable | undefined>
}
