import type { Client } from 'pg'
import { WriteError } from '../errors.js'
import { forEachLine } from '../ledger/copy-lines.js'
import type { Batch, Run } from '../plan/batch.js'
import type { TableRows } from '../plan/table-rows.js'
import { CopyText } from '../tables/copy-text.js'
import { copyOut } from './copy-out.js'
import { columnList, qualifiedName } from './statements.js'

interface Tally {
  /** Rows that look as they do after the batch, and rows that look as they did before it. */
  after: number
  before: number
  readonly neither: string[]
}

/**
 * Finds out whether a batch was committed, by the rows themselves: reads back its keys and compares them with what they
 * were before and what they are after it.
 *
 * @throws WriteError when the rows are neither, or some are one and some the other
 */
export async function wasCommitted(
  client: Client,
  batch: Batch,
  tables: readonly TableRows[],
  schema: string,
): Promise<boolean> {
  const tally: Tally = { after: 0, before: 0, neither: [] }
  for (const run of batch.runs) await tallyRun(client, run, tables[run.table]!, schema, tally)
  if (tally.neither.length === 0 && (tally.before === 0 || tally.after === 0)) return tally.before === 0
  const found =
    tally.neither.length > 0
      ? `other values in ${tally.neither.slice(0, 10).join(', ')}`
      : `${tally.after} changes of it present and ${tally.before} absent`
  throw new WriteError(
    `Expected batch ${batch.commit}, whose COMMIT got no answer, to be there in whole or not at all, got ${found}. ` +
      'Another session writes to these rows.',
  )
}

async function tallyRun(client: Client, run: Run, rows: TableRows, schema: string, tally: Tally): Promise<void> {
  const actual = await readRows(client, run, rows, schema)
  const text = new CopyText(rows.definition.columns, 4096)
  const expected = (number: number, version: number): string => {
    text.clear()
    text.writeRow(rows.load(number, version))
    return text.view().toString('utf8', 0, text.length - 1)
  }
  run.numbers.forEach((number, i) => {
    const version = run.versions[i]!
    const key = String(rows.keyOf(number))
    const before = run.kind === 'insert' ? undefined : expected(number, run.kind === 'update' ? version - 1 : version)
    const after = run.kind === 'delete' ? undefined : expected(number, version)
    const found = actual.get(key)
    // An UPDATE of a row that stood there before may find nothing in it to change.
    if (before === after && found === before) return
    if (found === after) tally.after += 1
    else if (found === before) tally.before += 1
    else tally.neither.push(`${rows.definition.name} ${key}`)
  })
}

/** The rows by key, as COPY writes them. */
async function readRows(client: Client, run: Run, rows: TableRows, schema: string): Promise<Map<string, string>> {
  const { definition } = rows
  const keys = run.numbers.map((number) => rows.keyOf(number))
  const query =
    `SELECT ${columnList(definition)} FROM ${qualifiedName(schema, definition.name)} ` +
    `WHERE ${client.escapeIdentifier(definition.key)} = ANY ('{${keys.join(',')}}'::int8[])`
  const found = new Map<string, string>()
  await forEachLine(copyOut(client, query), (bytes, start, end) => {
    const row = bytes.toString('utf8', start, end)
    found.set(row.slice(0, row.indexOf('\t')), row)
  })
  return found
}
