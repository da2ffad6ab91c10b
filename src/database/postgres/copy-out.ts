import type { ClientBase } from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { SampleOptions } from '../client.js'
import { isAmong, ordinalSql } from './key-sql.js'
import { escapeIdentifier, escapeLiteral, qualifiedName } from './quote.js'
import { columnList } from './statements.js'
import { forEachLine } from '../../ledger/copy-lines.js'
import type { Cell } from '../../tables/column.js'
import { splitCopyRow } from '../../tables/copy-row.js'
import { keyText, TableKey } from '../../tables/keys/table-key.js'
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
  const key = new TableKey(definition)
  const keys = key.parts.map(({ name }) => `t.${escapeIdentifier(name)}`)
  const [only, ...others] = keys
  const text = others.length === 0 && key.isTotal ? only : keys.map((one) => `${one}::text`).join(" || ',' || ")
  const hash = `md5(${escapeLiteral(`${seed}:`)} || ${text})`
  const conditions = keys.map((one) => `${one} IS NOT NULL`)
  if (upTo !== undefined) {
    const ordinal = ordinalSql(key, 't.')
    conditions.push(key.isTotal ? `${ordinal} <= ${upTo}` : `(${ordinal} <= ${upTo} OR ${ordinal} IS NULL)`)
  }
  if (shard) conditions.push(`('x' || substr(${hash}, 1, 8))::bit(32)::int8 % ${shard.count} = ${shard.index}`)
  if (!keyUnique) {
    const plain = key.parts.map(({ name }) => escapeIdentifier(name)).join(', ')
    conditions.push(`(${keys.join(', ')}) IN (SELECT ${plain} FROM ${table} GROUP BY ${plain} HAVING count(*) = 1)`)
  }
  for (const { name, parent } of children) {
    const link = Object.entries(parent!.on).map(
      ([own, parents]) => `c.${escapeIdentifier(own)} = t.${escapeIdentifier(parents)}`,
    )
    conditions.push(`NOT EXISTS (SELECT 1 FROM ${qualifiedName(schema, name)} AS c WHERE ${link.join(' AND ')})`)
  }
  return (
    `SELECT ${columnList(definition)} FROM ${table} AS t WHERE ${conditions.join(' AND ')} ` +
    `ORDER BY ${hash}, ${keys.join(', ')} LIMIT ${most}`
  )
}

/** The rows of a table whose keys a filter lets through. */
export function tableQuery(table: TableDefinition, schema: string, { above, upTo, among }: KeyFilter): string {
  const all = allRows(table, schema)
  // The planner could take an index for what nearly all rows fulfil, and read the table from end to end by that.
  if (above <= 0 && upTo === undefined && among.length === 0) return all
  const key = new TableKey(table)
  const ordinal = ordinalSql(key)
  const range = `${ordinal} > ${above}${upTo === undefined ? '' : ` AND ${ordinal} <= ${upTo}`}`
  return `${all} WHERE ${range}${among.length > 0 ? ` OR ${isAmong(key, among, schema)}` : ''}`
}

/** Those rows of a table that have one of these keys, by key in words, as COPY writes them. */
export async function readBack(
  client: ClientBase,
  table: TableDefinition,
  schema: string,
  keys: readonly (readonly Cell[])[],
): Promise<ReadonlyMap<string, string>> {
  const key = new TableKey(table)
  const found = new Map<string, string>()
  const rows = copyOut(client, `${allRows(table, schema)} WHERE ${isAmong(key, keys, schema)}`)
  await forEachLine(rows, (bytes, start, end) => {
    const row = bytes.toString('utf8', start, end)
    found.set(keyText(key.of(splitCopyRow(row))), row)
  })
  return found
}

function allRows(table: TableDefinition, schema: string): string {
  return `SELECT ${columnList(table)} FROM ${qualifiedName(schema, table.name)}`
}
