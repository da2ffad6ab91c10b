import type { ConnectionOptions } from '../../src/database/connection/connection.js'

/** Where the filled tables are. */
export interface Places {
  readonly postgres: ConnectionOptions
  readonly mariadb: string | undefined
}

/** One way of reading the table, as the page shows it. */
export interface Driver {
  /** The package whose version the page shows; undefined for what is part of JavaScript. */
  readonly package: string | undefined
  /** How the driver was told to read, in words. */
  readonly name: string
  /** What it makes of `int8`, `numeric`, `bool` and `date`, as `givenKinds` tells it west of UTC. */
  readonly gives: readonly [int8: string, numeric: string, bool: string, date: string]
  /** What to know; empty where rows are read as they come. */
  readonly note?: string
  readonly needs?: 'mariadb'
  /** What the rows call a column. @default the table's own name */
  readonly named?: (column: string) => string
  read(places: Places): Promise<unknown>
}

/** What the drivers of one server need of it. */
export function pgConfig({ host, port, database, user, password }: ConnectionOptions): {
  host: string
  port: number
  database: string
  user: string
  password: string
} {
  return { host, port, database, user, password: password ?? '' }
}
