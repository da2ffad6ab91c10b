import type { DialectInfo } from '../../src/database/dialect-info.js'
import type { Client } from 'pg'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { onlyKey } from '../support/only-key.js'

/** How a table is stored, and spread. */
interface TableKind {
  readonly name: string
  /** What stands behind the columns, on PostgreSQL; undefined for a kind that it has not. */
  readonly postgres?: (key: string, day: string) => string
  readonly cloudberry: (key: string, day: string) => string
  /** The access method that it needs. */
  readonly storage?: string
  /** SQL afterwards. */
  readonly after?: (table: string, key: string, day: string) => string
  /** Whether the key is the primary key. @default an index on it */
  readonly primary?: true
  readonly indexed?: false
}

const index = (table: string, key: string): string => `CREATE INDEX ON ${table} (${key})`

export const kinds: readonly TableKind[] = [
  { name: 'heap', primary: true, postgres: () => '', cloudberry: (key) => `USING heap DISTRIBUTED BY (${key})` },
  { name: 'no index', postgres: () => '', cloudberry: (key) => `USING heap DISTRIBUTED BY (${key})`, indexed: false },
  { name: 'by another column', cloudberry: (_, day) => `USING heap DISTRIBUTED BY (${day})` },
  { name: 'at random', cloudberry: () => 'USING heap DISTRIBUTED RANDOMLY' },
  { name: 'replicated', cloudberry: () => 'USING heap DISTRIBUTED REPLICATED' },
  { name: 'append-optimized rows', storage: 'ao_row', cloudberry: (key) => `USING ao_row DISTRIBUTED BY (${key})` },
  {
    name: 'append-optimized columns',
    storage: 'ao_column',
    cloudberry: (key) => `USING ao_column DISTRIBUTED BY (${key})`,
  },
  {
    name: 'partitioned',
    postgres: (_, day) => `PARTITION BY RANGE (${day})`,
    cloudberry: (key, day) => `DISTRIBUTED BY (${key}) PARTITION BY RANGE (${day})`,
    after: (table) => `CREATE TABLE ${table}_old PARTITION OF ${table} FOR VALUES FROM (MINVALUE) TO (2451545);
      CREATE TABLE ${table}_rest PARTITION OF ${table} DEFAULT`,
  },
]

/** The access methods of a server. */
export async function storagesOf(client: Client): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ name: string }>("SELECT amname::text AS name FROM pg_am WHERE amtype = 't'")
  return new Set(rows.map(({ name }) => name))
}

/** Creates both tables of the demos as tables of a kind. */
export async function createTables(
  client: Client,
  schema: string,
  { postgres, cloudberry, after, primary, indexed }: TableKind,
  dialect: DialectInfo['name'],
): Promise<void> {
  for (const { name, key: itsKey, columns } of [storeSales, storeReturns]) {
    const key = onlyKey(itsKey)
    const table = `${schema}.${name}`
    const day = columns[1]!.name
    const written = columns.map((column) => `${column.name} ${column.type}`)
    if (primary) written.push(`PRIMARY KEY (${key})`)
    const rest = dialect === 'cloudberry' ? cloudberry(key, day) : postgres!(key, day)
    await client.query(`CREATE TABLE ${table} (${written.join(', ')}) ${rest}`)
    if (after) await client.query(after(table, key, day))
    if (!primary && indexed !== false) await client.query(index(table, key))
  }
}
