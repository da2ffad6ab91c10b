import { Client, type ClientConfig, escapeIdentifier, escapeLiteral } from 'pg'
import { expect } from 'vitest'
import { exhibit } from '../src/exhibit.js'
import { orders } from '../src/orders.js'
import { type ChangeEvent, toEvent } from '../src/change-event.js'
import { readLog } from '../src/read-log.js'

/*
 * A connector notes where the log stands, and then reads the table. What is committed between the two is in the rows, and comes once
 * more from the log.
 */

type Snapshot = (client: Client, name: string) => Promise<void>

// #region wrong
const wrong: Snapshot = async (client) => {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
}
// #endregion wrong

// #region mended
const mended: Snapshot = async (client, name) => {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
  await client.query(`SET TRANSACTION SNAPSHOT ${escapeLiteral(name)}`) // the one that was made with the slot
}
// #endregion mended

/** Makes the slot, and reads the rows that stand there. */
async function readSnapshot(begin: Snapshot, logConnection: string, connection: string, slot: string) {
  const config: ClientConfig & { replication: 'database' } = {
    connectionString: logConnection,
    replication: 'database',
  }
  const log = new Client(config)
  const client = new Client({ connectionString: connection })
  await Promise.all([log.connect(), client.connect()])
  try {
    const { rows: made } = await log.query<{ snapshot_name: string }>(
      `CREATE_REPLICATION_SLOT ${escapeIdentifier(slot)} LOGICAL test_decoding`,
    )
    await begin(client, made[0]!.snapshot_name)
    const { rows } = await client.query<Record<string, unknown>>('SELECT * FROM orders')
    await client.query('COMMIT')
    return rows.map((after): ChangeEvent => ({ op: 'r', before: null, after, source: { table: 'orders' } }))
  } finally {
    await Promise.all([log.end(), client.end()])
  }
}

export const seam = exhibit({
  name: 'the seam of snapshot and stream',
  report: 'https://github.com/debezium/debezium/pull/6498',
  anomaly: 'seam',
  options: { tables: [orders], batches: 20, batchSize: 8, ratio: { insert: 60, update: 40 } },
  wrong,
  mended,
  // #region check
  /** A commit falls at each place of the snapshot. Rows and changes together have to tell each commit once. */
  async check(begin, { cdcStream, job, cloudberry: { pool, connectionString, schema: slot }, explore }) {
    const dropSlot = async (): Promise<void> => {
      await pool.query('SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1', [
        slot,
      ])
    }
    await explore(
      async () => {
        const feed = await readSnapshot(begin, connectionString, job.connectionString, slot)
        await cdcStream.step(2)
        for (const { lines } of await readLog(pool, slot)) feed.push(...lines.flatMap(toEvent))
        expect(feed).toReplayTo(cdcStream.table('orders'))
      },
      { reset: dropSlot },
    )
  },
  // #endregion check
})
