import type { SqlClient } from '../database/client.js'
import { ordinalSql } from '../database/postgres/key-sql.js'
import { escapeIdentifier, qualifiedName } from '../database/postgres/quote.js'
import { TargetError } from '../errors.js'
import { MORE_KEYS } from '../plan/row-limit.js'
import { keyNames } from '../tables/keys/key-column.js'
import { TableKey } from '../tables/keys/table-key.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { oneLine } from '../database/one-line.js'

/** Keys whose ordinal is above one and, if there is an end, up to and with another one. */
export interface KeyRange {
  readonly above: number
  readonly upTo?: number
}

/** What stands in a table. */
export interface TableExtent {
  readonly rows: number
  /** The largest ordinal of a key: of an integer, the largest key. 0 when there is no positive one. */
  readonly maxKey: number
  /** The largest value of each of the definition's sequences, by the sequence's name; 0 when there is none. */
  readonly sequences: Readonly<Record<string, number>>
}

interface Measured {
  readonly count: string
  readonly maxima: readonly (string | null)[]
}

/** Where the numbers of a column end, and how many must be left: of `int8`, more than a stream can write in a year. */
const ROOM = {
  int8: { words: '2^53', end: Number.MAX_SAFE_INTEGER - 1e12 },
  int4: { words: '2^31', end: 0x7fff_ffff - 1e8 },
  // What is left is little at any rate: a stream says so when it is used up.
  int2: { words: '2^15', end: 0x7fff - 1 },
}

/** Counts the rows of tables and finds where their numbers end; in a range, only looks whether there are any. */
export async function measureTables(
  client: SqlClient,
  schema: string,
  definitions: readonly TableDefinition[],
  range?: KeyRange,
): Promise<readonly TableExtent[]> {
  if (definitions.length === 0) return []
  if (range) {
    const extents: TableExtent[] = []
    for (const definition of definitions) {
      const own = rangeOf(definition, range)
      const rows = await countOne(client, schema, definition, own)
      extents.push({ rows, maxKey: own.above, sequences: {} })
    }
    return extents
  }
  // One statement, because every test of a suite waits for it.
  const text = definitions.map((definition, place) => measurement(schema, definition, place)).join(' UNION ALL ')
  const names = definitions.map(({ name }) => `\`${schema}.${name}\``)
  const rows = await ask<Measured>(client, `${text} ORDER BY 1`, (got) => {
    return `Expected to count the rows of ${names.join(' and ')}, got: ${got}. Look for sessions that lock the table.`
  })
  return definitions.map((definition, place) => extentOf(schema, definition, rows[place]!))
}

/** The range of a table whose rows have in common what others count; it is as wide as those of others. */
export function rangeOf(definition: TableDefinition, { above, upTo }: KeyRange): KeyRange {
  const first = above * new TableKey(definition).spread
  return upTo === undefined ? { above: first } : { above: first, upTo: first + upTo - above }
}

/** The columns that count and are none of the key. */
function sequencesOf(definition: TableDefinition): readonly string[] {
  const key = keyNames(definition)
  return Object.values(definition.sequences ?? {}).filter((name) => !key.includes(name))
}

function measurement(schema: string, definition: TableDefinition, place: number): string {
  const numbers = [ordinalSql(new TableKey(definition)), ...sequencesOf(definition).map(escapeIdentifier)]
  const maxima = numbers.map((number) => `max(${number})::text`)
  const table = qualifiedName(schema, definition.name)
  return `SELECT ${place} AS place, count(*)::text AS count, ARRAY[${maxima.join(', ')}] AS maxima FROM ${table}`
}

function extentOf(schema: string, definition: TableDefinition, { count, maxima }: Measured): TableExtent {
  const key = new TableKey(definition)
  const only = key.isInteger ? key.counter?.name : undefined
  const endOf = (name: string, found: string | null): number => {
    const end = Math.max(0, Number(found ?? 0))
    const type = definition.columns.find((column) => column.name === name)?.type
    const room = type === 'int4' || type === 'int2' ? ROOM[type] : ROOM.int8
    if (end <= room.end) return end
    throw new TargetError(
      `Expected \`${schema}.${definition.name}.${name}\` to leave room below ${room.words} for new numbers, got a largest value of ${found}. Remove such rows, or use another schema.`,
    )
  }
  const [largest = null, ...others] = maxima
  const maxKey = only === undefined ? largestOf(schema, key, Number(largest ?? 0), Number(count)) : endOf(only, largest)
  const measured = sequencesOf(definition)
  const ends = new Map(measured.map((name, index) => [name, endOf(name, others[index] ?? null)]))
  const sequences = Object.entries(definition.sequences ?? {}).map(([name, column]) => [
    name,
    ends.get(column) ?? maxKey,
  ])
  return { rows: Number(count), maxKey, sequences: Object.fromEntries(sequences) as Record<string, number> }
}

/** Where somebody else's rows have keys without an ordinal, the first ordinal that is used says that there are some. */
function largestOf(schema: string, key: TableKey, largest: number, rows: number): number {
  const end = Math.max(0, largest, key.isTotal ? 0 : rows)
  if (end < key.most) return end
  throw new TargetError(
    `Expected the key (${key.parts.map(({ name }) => name).join(', ')}) of \`${schema}.${key.table}\` to have values left for new rows, got all ${key.most} used up. ${MORE_KEYS}`,
  )
}

async function countOne(
  client: SqlClient,
  schema: string,
  definition: TableDefinition,
  { above, upTo }: KeyRange,
): Promise<number> {
  const key = ordinalSql(new TableKey(definition))
  const table = qualifiedName(schema, definition.name)
  const end = upTo === undefined ? '' : ` AND ${key} <= ${upTo}`
  const text = `SELECT count(*)::text AS count FROM (SELECT 1 FROM ${table} WHERE ${key} > ${above}${end} LIMIT 1) AS one`
  const rows = await ask<Pick<Measured, 'count'>>(client, text, (got) => {
    return `Expected to read \`${schema}.${definition.name}\`, got: ${got}. Look for sessions that lock the table.`
  })
  return Number(rows[0]?.count)
}

async function ask<Row>(client: SqlClient, text: string, explain: (got: string) => string): Promise<readonly Row[]> {
  try {
    return (await client.query<Row>(text)).rows
  } catch (cause) {
    throw new TargetError(explain(oneLine((cause as Error).message)), { cause })
  }
}
