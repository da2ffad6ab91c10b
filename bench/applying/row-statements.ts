import type { Client } from 'pg'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import type { Contender } from '../support/interleave.js'
import { rate, withTables } from '../support/schema.js'
import { sendBatches } from './bare-copy.js'
import type { Workload } from './batches.js'
import { Renderer } from './rendered-batches.js'
import { rowChanges, type RowRun } from './row-changes.js'

/** One statement for every row, in one transaction for a batch, as the script that this package replaces does it. */
export function rowStatements(server: ConnectionOptions, work: Workload, prepared: boolean): Contender {
  const first = new Renderer(work, 'bench').render([work.first])
  const batches = rowChanges(work, work.batches, 'bench')
  return () =>
    withTables(server, async ({ client }) => {
      await sendBatches(client, first)
      return rate(work.changes, async () => {
        for (const runs of batches) {
          await client.query('BEGIN')
          for (const run of runs) await sendRows(client, run, prepared)
          await client.query('COMMIT')
        }
      })
    })
}

async function sendRows(client: Client, run: RowRun, prepared: boolean): Promise<void> {
  const text = statementFor(run)
  const name = prepared ? { name: `${run.kind} ${run.table}` } : {}
  for (const { key, values } of run.rows) {
    await client.query({ ...name, text, values: run.kind === 'insert' ? [...values] : [key, ...values] })
  }
}

function statementFor({ kind, table, key, columns }: RowRun): string {
  const names = columns.map(({ name }) => name)
  if (kind === 'delete') return `DELETE FROM ${table} WHERE ${key} = $1`
  if (kind === 'update') {
    return `UPDATE ${table} SET ${names.map((name, i) => `${name} = $${i + 2}`).join(', ')} WHERE ${key} = $1`
  }
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((_, i) => `$${i + 1}`).join(', ')})`
}
