import type { SqlClient } from '../database/client.js'
import { escapeIdentifier, escapeLiteral } from '../database/postgres/quote.js'

/** What the tables of a schema hold, in short, by their names. */
export type Contents = ReadonlyMap<string, TableContents>

interface TableContents {
  readonly rows: number
  /** The same for the same rows in any order. */
  readonly digest: string
  /** The same for each column, by its name. */
  readonly columns: ReadonlyMap<string, string>
}

/** Columns whose values are others in each run, such as the time of an INSERT, by table; `'all'` where the number of rows is. */
export type Restless = ReadonlyMap<string, ReadonlySet<string> | 'all'>

/**
 * Reads what the tables of a schema hold, in one query.
 *
 * @param restless what is not looked at
 * @param byColumn whether each column is looked at as well @default false
 */
export async function readContents(
  client: SqlClient,
  schema: string,
  restless: Restless = new Map(),
  byColumn = false,
): Promise<Contents> {
  const listed = await listTables(client, schema)
  const tables = listed.flatMap(({ name, columns }) => {
    const out = restless.get(name)
    return out === 'all' ? [] : [{ name, columns: columns.filter((column) => !out?.has(column)) }]
  })
  if (tables.length === 0) return new Map()
  const selects = tables.map(({ name, columns }) => selectOf(schema, name, columns, byColumn))
  const { rows } = await client.query<{ name: string; rows: string; digests: string[] }>(selects.join(' UNION ALL '))
  return new Map(
    rows.map(({ name, rows: count, digests: [digest = '', ...others] }) => {
      const columns = tables.find((table) => table.name === name)?.columns ?? []
      const byName = new Map(byColumn ? columns.map((column, index) => [column, others[index] ?? ''] as const) : [])
      return [name, { rows: Number(count), digest, columns: byName }]
    }),
  )
}

function selectOf(schema: string, name: string, columns: readonly string[], byColumn: boolean): string {
  const sum = (of: string): string => `coalesce(sum(hashtextextended(${of}, 0)::numeric), 0)::text`
  const row = columns.length > 0 ? `ROW(${columns.map((column) => escapeIdentifier(column)).join(', ')})::text` : "''"
  const each = byColumn ? columns.map((column) => sum(`coalesce(${escapeIdentifier(column)}::text, 'NULL')`)) : []
  const digests = [sum(row), ...each].join(', ')
  const from = `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`
  return `SELECT ${escapeLiteral(name)} AS name, count(*)::text AS rows, ARRAY[${digests}] AS digests FROM ${from}`
}

/** What differs in two runs to which nothing was done. */
export function restlessOf(first: Contents, second: Contents): Restless {
  const restless = new Map<string, ReadonlySet<string> | 'all'>()
  for (const [name, one] of first) {
    const other = second.get(name)
    if (other?.rows !== one.rows) restless.set(name, 'all')
    else if (other.digest !== one.digest) {
      const columns = [...one.columns].flatMap(([column, digest]) =>
        other.columns.get(column) === digest ? [] : [column],
      )
      restless.set(name, columns.length > 0 ? new Set(columns) : 'all')
    }
  }
  for (const name of second.keys()) if (!first.has(name)) restless.set(name, 'all')
  return restless
}

/** What a run has left otherwise than another one, in words, table by table. */
export function differencesOf(before: Contents, after: Contents): string[] {
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names].flatMap((name) => {
    const [one, other] = [before.get(name), after.get(name)]
    if (!one || !other) return [`\`${name}\` ${one ? 'is not there' : 'is there'}`]
    if (one.rows !== other.rows) return [`\`${name}\` holds ${countOf(other.rows)} in place of ${one.rows}`]
    return one.digest === other.digest ? [] : [`other values in the ${countOf(one.rows)} of \`${name}\``]
  })
}

function countOf(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`
}

async function listTables(client: SqlClient, schema: string): Promise<{ name: string; columns: string[] }[]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `SELECT c.relname AS name, coalesce(array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attnum > 0), '{}') AS columns
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      GROUP BY c.relname ORDER BY c.relname`,
    [schema],
  )
  return rows
}
