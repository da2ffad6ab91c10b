import { type ClientBase, escapeIdentifier, type QueryArrayResult } from 'pg'
import { TargetError } from '../../errors.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import { oneLine } from '../one-line.js'

/** What stands in a table. */
export interface TableExtent {
  readonly rows: number
  /** 0 when there is no positive key. */
  readonly maxKey: number
  /** The largest value of each of the definition's sequences, by the sequence's name; 0 when there is none. */
  readonly sequences: Readonly<Record<string, number>>
}

/** Numbers that must be left below 2^53: more rows than a stream can write in a year. */
const ROOM = 1e12

/** Counts the rows of a table and finds where its numbers end. */
export async function measureTable(
  client: ClientBase,
  schema: string,
  definition: TableDefinition,
): Promise<TableExtent> {
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
    if (end <= Number.MAX_SAFE_INTEGER - ROOM) return end
    throw new TargetError(
      `Expected \`${schema}.${definition.name}.${name}\` to leave room below 2^53 for new numbers, got a largest value of ${found[index]}. Remove such rows, or use another schema.`,
    )
  })
  return {
    rows: Number(count),
    maxKey,
    sequences: Object.fromEntries(counted.map(([name], index) => [name, ends[index] ?? 0])),
  }
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
