import { type ClientBase, escapeIdentifier, type QueryArrayResult } from 'pg'
import { TargetError } from '../../errors.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import { oneLine } from '../one-line.js'

/** Keys above one and, if there is an end, up to and with another one. */
export interface KeyRange {
  readonly above: number
  readonly upTo?: number
}

/** What stands in a table. */
export interface TableExtent {
  readonly rows: number
  /** 0 when there is no positive key. */
  readonly maxKey: number
  /** The largest value of each of the definition's sequences, by the sequence's name; 0 when there is none. */
  readonly sequences: Readonly<Record<string, number>>
}

/** Where the numbers of a column end, and how many must be left: of `int8`, more than a stream can write in a year. */
const ROOM = {
  int8: { words: '2^53', end: Number.MAX_SAFE_INTEGER - 1e12 },
  int4: { words: '2^31', end: 0x7fff_ffff - 1e8 },
}

/** Counts the rows of a table and finds where its numbers end; in a range, only looks whether there is one. */
export async function measureTable(
  client: ClientBase,
  schema: string,
  definition: TableDefinition,
  range?: KeyRange,
): Promise<TableExtent> {
  if (range) return { rows: await countOne(client, schema, definition, range), maxKey: range.above, sequences: {} }
  const counted = Object.entries(definition.sequences ?? {})
  const names = [definition.key, ...counted.map(([, column]) => column)]
  const maxima = names.map((name) => `max(${escapeIdentifier(name)})::text`)
  const table = `${escapeIdentifier(schema)}.${escapeIdentifier(definition.name)}`
  const { rows } = await ask(client, `SELECT count(*)::text, ${maxima.join(', ')} FROM ${table}`, (got) => {
    return `Expected to count the rows of \`${schema}.${definition.name}\`, got: ${got}. Look for sessions that lock the table.`
  })
  const [count, ...found] = rows[0] ?? []
  const [maxKey = 0, ...ends] = names.map((name, index) => {
    const end = Math.max(0, Number(found[index] ?? 0))
    const room = definition.columns.find((column) => column.name === name)?.type === 'int4' ? ROOM.int4 : ROOM.int8
    if (end <= room.end) return end
    throw new TargetError(
      `Expected \`${schema}.${definition.name}.${name}\` to leave room below ${room.words} for new numbers, got a largest value of ${found[index]}. Remove such rows, or use another schema.`,
    )
  })
  return {
    rows: Number(count),
    maxKey,
    sequences: Object.fromEntries(counted.map(([name], index) => [name, ends[index] ?? 0])),
  }
}

async function countOne(
  client: ClientBase,
  schema: string,
  definition: TableDefinition,
  { above, upTo }: KeyRange,
): Promise<number> {
  const key = escapeIdentifier(definition.key)
  const table = `${escapeIdentifier(schema)}.${escapeIdentifier(definition.name)}`
  const end = upTo === undefined ? '' : ` AND ${key} <= ${upTo}`
  const text = `SELECT count(*)::text FROM (SELECT 1 FROM ${table} WHERE ${key} > ${above}${end} LIMIT 1) AS one`
  const { rows } = await ask(client, text, (got) => {
    return `Expected to read \`${schema}.${definition.name}\`, got: ${got}. Look for sessions that lock the table.`
  })
  return Number(rows[0]?.[0])
}

async function ask(
  client: ClientBase,
  text: string,
  explain: (got: string) => string,
): Promise<QueryArrayResult<(string | null)[]>> {
  try {
    return await client.query<(string | null)[]>({ text, rowMode: 'array' })
  } catch (cause) {
    throw new TargetError(explain(oneLine((cause as Error).message)), { cause })
  }
}
