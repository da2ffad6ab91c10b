import type { DatabaseClient } from '../database/client.js'
import type { SampleOptions } from '../database/sample-options.js'
import { forEachLine } from '../ledger/copy-lines.js'
import type { Cell } from '../tables/column.js'
import { splitCopyRow, textToCell } from '../tables/copy-row.js'

/** How many rows that stood in a table before take part in UPDATEs and DELETEs. */
const MOST_SAMPLED = 10_000

/**
 * Reads the rows of a table that take part in the stream. Rows that have a child are left out: deleting them would orphan
 * it.
 */
export async function readBaseline(client: DatabaseClient, options: Omit<SampleOptions, 'most'>): Promise<Cell[][]> {
  const { definition } = options
  const images: Cell[][] = []
  await forEachLine(client.sample({ ...options, most: MOST_SAMPLED }), (bytes, start, end) => {
    const texts = splitCopyRow(bytes.toString('utf8', start, end))
    const cells = definition.columns.map((column, index) => textToCell(column, texts[index]!))
    if (cells.every((cell) => cell !== undefined)) images.push(cells as Cell[])
  })
  return images
}
