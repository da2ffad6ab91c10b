import type { Pool } from 'pg'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'

/** Rows by their key, as texts that are equal when the rows are. */
export type Sales = ReadonlyMap<string, string>

const byKey = (rows: Iterable<Readonly<Record<string, unknown>>>): Sales =>
  new Map(Array.from(rows, (row) => [String(row['ss_id']), JSON.stringify(row)]))

/** What the job has copied. */
export async function readCopy(pool: Pool): Promise<Sales> {
  const { rows } = await pool.query<Record<string, unknown>>('SELECT * FROM sales_copy')
  return byKey(rows)
}

/** What the source held after a commit; the last one unless told otherwise. */
export function sourceAt({ ledger }: CdcStream, commit?: number): Sales {
  return byKey(ledger.at(commit).rows('store_sales_heap'))
}

/** The keys of `left` that `right` has not, or has with another row. */
export function keysThatDiffer(
  left: Sales,
  right: Sales,
): { readonly missing: string[]; readonly different: string[] } {
  const missing = [...left.keys()].filter((key) => !right.has(key))
  const different = [...left.keys()].filter((key) => right.has(key) && right.get(key) !== left.get(key))
  return { missing, different }
}
