import type { SampleOptions } from '../client.js'
import type { KeyFilter } from '../../ledger/table-reader.js'
import type { Cell } from '../../tables/column.js'
import { CopyText } from '../../tables/copy-text.js'
import { keyText, TableKey } from '../../tables/keys/table-key.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import { typeOf } from '../../tables/types/cell-types.js'
import { storedType } from './column-types.js'
import { keyParameter, keyRows, ordinalSql } from './key-sql.js'
import { quoteName, quoteText, tableName } from './quote.js'

const CHUNK_BYTES = 0x10000
const ROW_BYTES = 0x1000

/** Streams the rows of a statement, each an array of what the driver makes of its values. */
export type StreamRows = (sql: string, values?: readonly unknown[]) => AsyncIterable<readonly unknown[]>

/** The rows of a table whose keys a filter lets through, in the text format of COPY. */
export async function* tableRows(
  stream: StreamRows,
  table: TableDefinition,
  database: string,
  { above, upTo, among }: KeyFilter,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const columns = columnList(table, 'old.')
  const name = tableName(database, table.name)
  const all = `SELECT ${columns} FROM ${name} AS old`
  if (above <= 0 && upTo === undefined && among.length === 0) {
    yield* copyText(stream(all), table, signal)
    return
  }
  const key = new TableKey(table)
  const ordinal = ordinalSql(key, 'old.')
  const range = `${ordinal} > ${above}${upTo === undefined ? '' : ` AND ${ordinal} <= ${upTo}`}`
  yield* copyText(stream(`${all} WHERE ${range}`), table, signal)
  if (among.length === 0) return
  const { from, found } = keyRows(key)
  const rest = `SELECT ${columns} FROM ${from} STRAIGHT_JOIN ${name} AS old ON ${found} WHERE NOT coalesce(${range}, false)`
  yield* copyText(stream(rest, [keyParameter(among)]), table, signal)
}

/** Those rows of a table that have one of these keys, by key in words, in the text format of COPY. */
export async function readBack(
  stream: StreamRows,
  table: TableDefinition,
  database: string,
  keys: readonly (readonly Cell[])[],
): Promise<ReadonlyMap<string, string>> {
  const key = new TableKey(table)
  const { from, found } = keyRows(key)
  const sql = `SELECT ${columnList(table, 'old.')} FROM ${from} STRAIGHT_JOIN ${tableName(database, table.name)} AS old ON ${found}`
  const read = readersOf(table)
  const text = new CopyText(table.columns)
  const rows = new Map<string, string>()
  for await (const row of stream(sql, [keyParameter(keys)])) {
    const cells = read(row)
    text.clear()
    text.writeRow(cells)
    rows.set(keyText(key.of(cells)), text.view().toString('utf8', 0, text.length - 1))
  }
  return rows
}

/**
 * The rows of a table whose keys have the lowest hashes, keyed by the seed, in the text format of COPY. Rows that have a child
 * are left out.
 */
export async function* sampleRows(stream: StreamRows, options: SampleOptions): AsyncGenerator<Uint8Array> {
  const { schema, definition, children, keyUnique, seed, most, upTo, shard, signal } = options
  const table = tableName(schema, definition.name)
  const key = new TableKey(definition)
  const keys = key.parts.map(({ name }) => `old.${quoteName(name)}`)
  const texts = keys.map((one) => `hex(CAST(${one} AS char))`)
  // MySQL 9 has no md5() any more.
  const hash = `sha2(concat_ws(',', ${quoteText(String(seed))}, ${texts.join(', ')}), 256)`
  const conditions = keys.map((one) => `${one} IS NOT NULL`)
  if (upTo !== undefined) {
    const ordinal = ordinalSql(key, 'old.')
    conditions.push(key.isTotal ? `${ordinal} <= ${upTo}` : `(${ordinal} <= ${upTo} OR ${ordinal} IS NULL)`)
  }
  if (shard) {
    conditions.push(`CAST(conv(left(${hash}, 8), 16, 10) AS unsigned) % ${shard.count} = ${shard.index}`)
  }
  if (!keyUnique) {
    const plain = key.parts.map(({ name }) => quoteName(name)).join(', ')
    conditions.push(`(${keys.join(', ')}) IN (SELECT ${plain} FROM ${table} GROUP BY ${plain} HAVING count(*) = 1)`)
  }
  for (const { name, parent } of children) {
    const link = Object.entries(parent!.on).map(
      ([own, parents]) => `child.${quoteName(own)} = old.${quoteName(parents)}`,
    )
    conditions.push(`NOT EXISTS (SELECT 1 FROM ${tableName(schema, name)} AS child WHERE ${link.join(' AND ')})`)
  }
  const sql =
    `SELECT ${columnList(definition, 'old.')} FROM ${table} AS old WHERE ${conditions.join(' AND ')} ` +
    `ORDER BY ${hash}, ${keys.join(', ')} LIMIT ${most}`
  yield* copyText(stream(sql), definition, signal)
}

async function* copyText(
  rows: AsyncIterable<readonly unknown[]>,
  table: TableDefinition,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const read = readersOf(table)
  const text = new CopyText(table.columns, CHUNK_BYTES + ROW_BYTES)
  for await (const row of rows) {
    text.writeRow(read(row))
    if (text.length < CHUNK_BYTES) continue
    signal?.throwIfAborted()
    yield text.take()
  }
  signal?.throwIfAborted()
  if (text.length > 0) yield text.take()
}

/** Makes the cells of what the driver gives. */
function readersOf({ columns }: TableDefinition): (row: readonly unknown[]) => Cell[] {
  const readers = columns.map(({ type }) => typeOf(type).reader(type))
  return (row) => row.map((value, index) => (value === null ? null : readers[index]!(value)))
}

function columnList(table: TableDefinition, alias: string): string {
  const key = new TableKey(table)
  return table.columns
    .map((column, index) => {
      const { read } = storedType(column, key.has(index), table.name)
      const name = alias + quoteName(column.name)
      return read ? read(name) : name
    })
    .join(', ')
}
