import type { Pool } from 'pg'
import { expect } from 'vitest'
import type { EventOf } from 'vitest-cloudberry-cdc/engine'
import { exhibit } from '../src/exhibit.js'
import { CREATE_COPY, orders } from '../src/orders.js'

/*
 * A sink collects events and writes them in two statements: first all rows that came or changed, then all that went. A key that is
 * deleted and comes back within one batch is written, and then deleted.
 */

type Event = EventOf<'debezium-postgres'>
type Flush = (pool: Pool, events: readonly Event[]) => Promise<void>

const keyOf = ({ before, after }: Event) => Number((after ?? before)!['id'])

const lastOfEachKey = (events: readonly Event[]) => [...new Map(events.map((event) => [keyOf(event), event])).values()]

async function upsert(pool: Pool, events: readonly Event[]): Promise<void> {
  await pool.query(
    `INSERT INTO orders_copy SELECT * FROM json_populate_recordset(NULL::orders_copy, $1)
       ON CONFLICT (id) DO UPDATE SET customer = excluded.customer, status = excluded.status,
         amount = excluded.amount, updated_at = excluded.updated_at`,
    [JSON.stringify(events.map(({ after }) => after))],
  )
}

async function remove(pool: Pool, events: readonly Event[]): Promise<void> {
  await pool.query('DELETE FROM orders_copy WHERE id = ANY ($1::int8[])', [events.map(keyOf)])
}

// #region wrong
const wrong: Flush = async (pool, events) => {
  const present = events.filter(({ op }) => op !== 'd')
  const gone = events.filter(({ op }) => op === 'd')
  await upsert(pool, lastOfEachKey(present))
  await remove(pool, gone)
}
// #endregion wrong

// #region mended
const mended: Flush = async (pool, events) => {
  const last = lastOfEachKey(events)
  const present = last.filter(({ op }) => op !== 'd')
  const gone = last.filter(({ op }) => op === 'd')
  await upsert(pool, present)
  await remove(pool, gone)
}
// #endregion mended

export const keyReuse = exhibit({
  name: 'key-reuse',
  report: 'https://github.com/itinycheng/flink-connector-clickhouse/issues/88',
  anomaly: 'lost insert',
  options: {
    tables: [orders],
    batches: 9,
    batchSize: 6,
    interval: 0,
    ratio: { insert: 50, update: 25, delete: 25 },
    hazards: { reinsert: 0.5, sameKeyChains: 0.5 },
    ddl: CREATE_COPY,
  },
  wrong,
  mended,
  // #region check
  /** The sink gets the events of three commits at a time. */
  async check(flush, { cdcStream, cloudberry: { pool } }) {
    await cdcStream.start()
    let batch: Event[] = []
    for await (const { commit, events } of cdcStream.commits({ format: 'debezium-postgres' })) {
      batch.push(...events)
      if (commit % 3 > 0) continue
      await flush(pool, batch)
      batch = []
    }
    await cdcStream.finished
    expect(await pool.query('SELECT * FROM orders_copy')).toMatchLatest(cdcStream.table('orders'))
  },
  // #endregion check
})
