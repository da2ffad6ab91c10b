import type { Client } from 'pg'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import type { Contender } from '../support/interleave.js'
import { rate, withTables } from '../support/schema.js'
import { sendBatches } from './bare-copy.js'
import type { Workload } from './batches.js'
import { Renderer } from './rendered-batches.js'
import { rowChanges, type RowRun } from './row-changes.js'

/** A statement takes at most 65,535 parameters; the widest row has 24. */
const MOST_ROWS = 1_000

/** Many rows in a statement, each value a parameter. */
export function multiRowValues(server: ConnectionOptions, work: Workload): Contender {
  const first = new Renderer(work, 'bench').render([work.first])
  const batches = rowChanges(work, work.batches, 'bench').map((runs) => runs.flatMap(inPieces))
  return () =>
    withTables(server, async ({ client }) => {
      await sendBatches(client, first)
      return rate(work.changes, async () => {
        for (const runs of batches) {
          await client.query('BEGIN')
          for (const run of runs) await send(client, run)
          await client.query('COMMIT')
        }
      })
    })
}

function inPieces(run: RowRun): RowRun[] {
  const pieces = Math.ceil(run.rows.length / MOST_ROWS)
  return Array.from({ length: pieces }, (_, i) => ({
    ...run,
    rows: run.rows.slice(i * MOST_ROWS, (i + 1) * MOST_ROWS),
  }))
}

async function send(client: Client, { kind, table, key, columns, rows }: RowRun): Promise<void> {
  const values = rows.flatMap((row) => (kind === 'insert' ? row.values : [row.key, ...row.values]))
  const names = columns.map(({ name }) => name)
  if (kind === 'delete') {
    await client.query(`DELETE FROM ${table} WHERE ${key} IN (${values.map((_, i) => `$${i + 1}`).join(', ')})`, values)
  } else if (kind === 'insert') {
    await client.query(`INSERT INTO ${table} (${names.join(', ')}) VALUES ${places(rows.length, names.length)}`, values)
  } else {
    const types = ['int8', ...columns.map(({ type }) => type)]
    const settings = columns.map(({ name }) => `${name} = v.${name}`).join(', ')
    const list = places(rows.length, types.length, types)
    await client.query(
      `UPDATE ${table} AS t SET ${settings} FROM (VALUES ${list}) AS v (key, ${names.join(', ')}) WHERE t.${key} = v.key`,
      values,
    )
  }
}

/** `($1, $2), ($3, $4)`; the first row says the types where the statement does not. */
function places(rows: number, width: number, types?: readonly string[]): string {
  const cast = (row: number, column: number): string => (types && row === 0 ? `::${types[column]}` : '')
  const row = (r: number): string =>
    `(${Array.from({ length: width }, (_, c) => `$${r * width + c + 1}${cast(r, c)}`).join(', ')})`
  return Array.from({ length: rows }, (_, r) => row(r)).join(', ')
}
