import type { TableDefinition } from '../tables/table-definition.js'
import type { TableShape } from './table-shape.js'

/** What the catalog says about a schema. */
export interface SchemaFacts {
  readonly user: string
  readonly database: string
  /** Whether the user may use it; null when there is none of that name. */
  readonly usage: boolean | null
  /** What a CDC connector would miss at this server, a line each. */
  readonly warnings: readonly string[]
  /** Those that are there. */
  readonly tables: ReadonlyMap<TableDefinition, TableShape>
}

/** Keys whose ordinal is above one and, if there is an end, up to and with another one. */
export interface KeyRange {
  readonly above: number
  readonly upTo?: number
}

/** The rows of a table, and where its numbers end. */
export interface Measured {
  readonly count: number
  /** Of the ordinals of the key, and of the columns that were asked for: texts, because they may be beyond 2^53; null where there is none. */
  readonly maxima: readonly (string | null)[]
}

/** A table whose rows are counted, and columns whose largest values are looked for. */
export interface Measuring {
  readonly definition: TableDefinition
  readonly columns: readonly string[]
}

/** An index that keeps rows apart. */
export interface UniqueIndex {
  /** Tells it from one of the same name that comes later. */
  readonly id: string
  readonly name: string
  readonly columns: readonly string[]
}

/** Whether the user may read a table, and whether policies hide rows of it. */
export interface TableAccess {
  /** Null when there is no such table. */
  readonly readable: boolean | null
  readonly secured: boolean
}

/** What a stream asks before it writes: the catalog of a database, and tables as a whole. */
export interface Catalog {
  /** Reads what the catalog says about a schema and some tables of it. */
  inspect(schema: string, definitions: readonly TableDefinition[]): Promise<SchemaFacts>
  /** Counts the rows of tables and finds where their numbers end, in one statement. */
  measure(schema: string, tables: readonly Measuring[]): Promise<readonly Measured[]>
  hasRows(schema: string, definition: TableDefinition, range: KeyRange): Promise<boolean>
  /** Whether tables are empty and have all columns of their definitions. It rejects for one that is not there. */
  areEmpty(schema: string, definitions: readonly TableDefinition[]): Promise<boolean>
  access(schema: string, table: string): Promise<TableAccess>
  uniqueIndexes(schema: string, table: string): Promise<readonly UniqueIndex[]>
}
