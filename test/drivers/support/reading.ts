import type { TableState } from '../../../src/match/table-state.js'

/** What readers read from. */
export interface Databases {
  /** A PostgreSQL server, in whose `drivers` schema the table is. */
  readonly postgres: string
  /** The socket of a MariaDB server; undefined where there is none. */
  readonly mariadb: string | undefined
}

/** One way of reading the rows. */
export interface Reading {
  /** The package whose version is told. */
  readonly package: string
  readonly how: string
  /** What is to be said of the table, or done with the rows, so that they fit. */
  readonly needs?: string
  /** Further packages that it takes. */
  readonly with?: readonly string[]
  readonly database: 'postgres' | 'mariadb' | 'none'
  read(databases: Databases): Promise<unknown>
  readonly target?: (table: TableState) => TableState
}
