import type { DatabaseClient, SampleOptions } from '../database/client.js'
import { qualifiedName } from '../database/postgres/quote.js'
import { TargetError } from '../errors.js'
import { forEachLine } from '../ledger/copy-lines.js'
import { knownChildren } from '../options/load-tables.js'
import type { ResolvedOptions } from '../options/resolve-options.js'
import { emptyBaseline } from '../plan/plan-input.js'
import { rowContexts } from '../plan/row-context.js'
import type { Cell } from '../tables/column.js'
import { splitCopyRow, textToCell } from '../tables/copy-row.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { expectVisible } from './check-table.js'
import { rangeOf } from './measure-table.js'
import type { TableFacts } from './survey-tables.js'

/** How many rows that stood in a table before take part in UPDATEs and DELETEs. */
const MOST_SAMPLED = 10_000

/**
 * Reads the rows of a table that take part in the stream. Rows that have a child are left out: deleting them would orphan
 * it.
 *
 * @throws TargetError when it cannot be seen which rows have one
 */
export async function readBaseline(
  client: DatabaseClient,
  definition: TableDefinition,
  tables: readonly TableDefinition[],
  { rows, keyUnique, sequences }: TableFacts,
  { streamSeed, scale, nulls, businessDay, shard, base }: ResolvedOptions,
  schema: string,
  signal: AbortSignal,
): Promise<Cell[][]> {
  const planned = tables.map((one) => ({ definition: one, baseline: emptyBaseline }))
  const input = { seed: streamSeed, scale, nulls, businessDay, tables: planned }
  const context = rowContexts(input, undefined, sequences)[tables.indexOf(definition)]!
  const source = definition.rows(context)
  const isEmpty = base === undefined ? rows === 0 : base === 0
  if (isEmpty || source.revise === undefined) return []
  const children: TableDefinition[] = []
  for (const child of knownChildren(definition, tables)) {
    const { readable, secured } = await client.catalog.access(schema, child.name)
    expectVisible(schema, child.name, { rowsHidden: secured })
    if (readable === false) {
      throw new TargetError(
        `Expected to read \`${schema}.${child.name}\`, to leave out sales that have a return, got no privilege. ` +
          `Ask its owner for: GRANT SELECT ON ${qualifiedName(schema, child.name)} TO CURRENT_USER.`,
      )
    }
    if (readable) children.push(child)
  }
  const upTo = base === undefined ? undefined : rangeOf(definition, { above: base }).above
  // By the stream's seed: all shards have to agree on whose a row is.
  return readSample(client, { schema, definition, children, keyUnique, seed: streamSeed, upTo, shard, signal })
}

/** Reads a sample of a table's rows, of those whose values a definition can have. */
export async function readSample(client: DatabaseClient, options: Omit<SampleOptions, 'most'>): Promise<Cell[][]> {
  const { columns } = options.definition
  const images: Cell[][] = []
  await forEachLine(client.sample({ ...options, most: MOST_SAMPLED }), (bytes, start, end) => {
    const texts = splitCopyRow(bytes.toString('utf8', start, end))
    const cells = columns.map((column, index) => textToCell(column, texts[index]!))
    if (cells.every((cell) => cell !== undefined)) images.push(cells as Cell[])
  })
  return images
}
