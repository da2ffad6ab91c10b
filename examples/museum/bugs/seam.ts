import type { ClientBase, Pool } from 'pg'
import { expect } from 'vitest'
import { type ChangeEvent, toEvent } from '../src/change-event.js'
import { exhibit } from '../src/exhibit.js'
import { inTransaction, ONE_SNAPSHOT } from '../src/in-transaction.js'
import { orders } from '../src/orders.js'
import { readLog } from '../src/read-log.js'

/*
 * A connector notes where the log stands, and then reads the table. What is committed between the two is among the rows, and comes once
 * more from the log.
 */

type Row = NonNullable<ChangeEvent['after']>

// #region wrong
const beginLog = (client: ClientBase | Pool, slot: string) =>
  client.query(`SELECT pg_create_logical_replication_slot($1, 'test_decoding')`, [slot])

const readRows = async (client: ClientBase) => (await client.query<Row>('SELECT * FROM orders')).rows

async function wrong(pool: Pool, slot: string): Promise<Row[]> {
  await beginLog(pool, slot)
  return inTransaction(pool, ONE_SNAPSHOT, readRows)
}
// #endregion wrong

// #region mended
async function mended(pool: Pool, slot: string): Promise<Row[]> {
  return inTransaction(pool, ONE_SNAPSHOT, async (client) => {
    await client.query('LOCK TABLE orders IN SHARE MODE') // nothing is committed until the snapshot is there
    await beginLog(client, slot)
    return readRows(client)
  })
}
// #endregion mended

export const seam = exhibit({
  name: 'seam',
  report: 'https://github.com/debezium/debezium/pull/6498',
  anomaly: 'seam',
  options: { tables: [orders], batches: 20, batchSize: 4, ratio: { insert: 60, update: 40 } },
  wrong,
  mended,
  // #region check
  /** A commit falls at each place of the snapshot. Rows and changes together have to tell each commit once. */
  async check(begin, { cdcStream, job, cloudberry: { pool, schema: slot }, explore }) {
    const dropSlot = async (): Promise<void> => {
      await pool.query('SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1', [
        slot,
      ])
    }
    await explore(
      async () => {
        const rows = await begin(job.pool, slot)
        await cdcStream.step(2)
        const log = await readLog(pool, slot)
        const feed = rows.map((after): ChangeEvent => ({ op: 'r', before: null, after, source: { table: 'orders' } }))
        expect([...feed, ...log.flatMap(({ lines }) => lines.flatMap(toEvent))]).toReplayTo(cdcStream.table('orders'))
      },
      { reset: dropSlot },
    )
  },
  // #endregion check
})
