import type { ClientBase } from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { SampleOptions } from '../client.js'
import { escapeIdentifier, escapeLiteral, qualifiedName } from './quote.js'
import { columnList } from './statements.js'
import { forEachLine } from '../../ledger/copy-lines.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import type { KeyFilter } from '../../ledger/table-reader.js'

/** The rows of a query in the text format of COPY, cut into chunks anywhere. */
export async function* copyOut(client: ClientBase, query: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted()
  const stream = client.query(copyTo(`COPY (${query}) TO STDOUT`))
  for await (const chunk of stream) {
    signal?.throwIfAborted()
    yield chunk as Uint8Array
  }
}

/**
 * Finds the rows of a table whose keys have the lowest hashes, keyed by the seed. MD5, because it is the one hash that all
 * servers share. Rows that have a child are left out.
 */
export function sampleQuery(options: SampleOptions): string {
  const { schema, definition, children, keyUnique, seed, most, upTo, shard } = options
  const table = qualifiedName(schema, definition.name)
  const key = `t.${escapeIdentifier(definition.key)}`
  const hash = `md5(${escapeLiteral(`${seed}:`)} || ${key})`
  const conditions = [`${key} IS NOT NULL`]
  if (upTo !== undefined) conditions.push(`${key} <= ${upTo}`)
  if (shard) conditions.push(`('x' || substr(${hash}, 1, 8))::bit(32)::int8 % ${shard.count} = ${shard.index}`)
  if (!keyUnique) {
    const plainKey = escapeIdentifier(definition.key)
    conditions.push(`${key} IN (SELECT ${plainKey} FROM ${table} GROUP BY ${plainKey} HAVING count(*) = 1)`)
  }
  for (const { name, parent } of children) {
    const link = Object.entries(parent!.on).map(
      ([own, parents]) => `c.${escapeIdentifier(own)} = t.${escapeIdentifier(parents)}`,
    )
    conditions.push(`NOT EXISTS (SELECT 1 FROM ${qualifiedName(schema, name)} AS c WHERE ${link.join(' AND ')})`)
  }
  return (
    `SELECT ${columnList(definition)} FROM ${table} AS t WHERE ${conditions.join(' AND ')} ` +
    `ORDER BY ${hash}, ${key} LIMIT ${most}`
  )
}

/** The rows of a table whose keys a filter lets through. */
export function tableQuery(table: TableDefinition, schema: string, { above, upTo, among }: KeyFilter): string {
  const all = allRows(table, schema)
  // The planner could take an index for what nearly all rows fulfil, and read the table from end to end by that.
  if (above <= 0 && upTo === undefined && among.length === 0) return all
  const key = escapeIdentifier(table.key)
  const range = `${key} > ${above}${upTo === undefined ? '' : ` AND ${key} <= ${upTo}`}`
  return `${all} WHERE ${range}${among.length > 0 ? ` OR ${hasKey(table, among)}` : ''}`
}

/** Those rows of a table that have one of these keys, by key, as COPY writes them. */
export async function readBack(
  client: ClientBase,
  table: TableDefinition,
  schema: string,
  keys: readonly number[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const rows = copyOut(client, `${allRows(table, schema)} WHERE ${hasKey(table, keys)}`)
  await forEachLine(rows, (bytes, start, end) => {
    const row = bytes.toString('utf8', start, end)
    found.set(row.slice(0, row.indexOf('\t')), row)
  })
  return found
}

function allRows(table: TableDefinition, schema: string): string {
  return `SELECT ${columnList(table)} FROM ${qualifiedName(schema, table.name)}`
}

function hasKey({ key }: TableDefinition, keys: readonly (number | string)[]): string {
  return `${escapeIdentifier(key)} = ANY ('{${keys.join(',')}}'::int8[])`
}
