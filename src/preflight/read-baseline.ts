import { type ClientBase, escapeIdentifier, escapeLiteral } from 'pg'
import { forEachLine } from '../ledger/copy-lines.js'
import type { Shard } from '../plan/shard.js'
import type { Cell } from '../tables/column.js'
import { splitCopyRow, textToCell } from '../tables/copy-row.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { copyOut } from '../database/postgres/copy-out.js'
import { columnList, qualifiedName } from '../database/postgres/statements.js'

/** How many rows that stood in a table before take part in UPDATEs and DELETEs. */
const MOST_SAMPLED = 10_000

/** What the sample of a table depends on. */
export interface BaselineOptions {
  readonly schema: string
  readonly definition: TableDefinition
  /** The tables that exist whose rows hang on rows of this one. */
  readonly children: readonly TableDefinition[]
  /** Whether an index keeps the key unique; otherwise rows whose key is there twice are left out. */
  readonly keyUnique: boolean
  readonly seed: number
  /** Only rows with keys up to this one. @default all */
  readonly upTo?: number | undefined
  /** Only the share of one shard: each row belongs to exactly one. @default all */
  readonly shard?: Shard | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads the rows of a table that take part in the stream: those whose key has the lowest hash, keyed by the seed. MD5,
 * because it is the one hash that all servers share. Rows that have a child are left out: deleting them would orphan it.
 */
export async function readBaseline(client: ClientBase, options: BaselineOptions): Promise<Cell[][]> {
  const { definition, signal } = options
  const images: Cell[][] = []
  await forEachLine(copyOut(client, sampleQuery(options), signal), (bytes, start, end) => {
    const texts = splitCopyRow(bytes.toString('utf8', start, end))
    const cells = definition.columns.map((column, index) => textToCell(column, texts[index]!))
    if (cells.every((cell) => cell !== undefined)) images.push(cells as Cell[])
  })
  return images
}

function sampleQuery({ schema, definition, children, keyUnique, seed, upTo, shard }: BaselineOptions): string {
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
    `ORDER BY ${hash}, ${key} LIMIT ${MOST_SAMPLED}`
  )
}
