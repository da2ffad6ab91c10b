import type { Pool } from 'pg'
import { expect } from 'vitest'
import type { EventOf } from 'vitest-cloudberry-cdc/engine'
import { exhibit } from '../src/exhibit.js'
import { orders } from '../src/orders.js'

/*
 * A dimension of type 2 is kept from events. Each closes the version that holds, and opens its own. An event that comes late closes a
 * version that is younger than itself.
 */

type Event = EventOf<'changes'>

const CREATE_HISTORY = `CREATE TABLE order_history (
  id int8 NOT NULL, status text NOT NULL, amount numeric NOT NULL, is_deleted bool NOT NULL,
  valid_from int NOT NULL, valid_to int, PRIMARY KEY (id, valid_from)
)`

// #region wrong
/** Adds a version; a DELETE is one, too. */
async function open(pool: Pool, { kind, commit, before, after }: Event): Promise<void> {
  const { id, status, amount } = (after ?? before)!
  const version = [id, status, amount, kind === 'delete', commit]
  await pool.query('INSERT INTO order_history VALUES ($1, $2, $3, $4, $5, NULL)', version)
}

async function wrong(pool: Pool, event: Event): Promise<void> {
  const bound = [event.key['id'], event.commit]
  await pool.query('UPDATE order_history SET valid_to = $2 WHERE id = $1 AND valid_to IS NULL', bound)
  await open(pool, event)
}
// #endregion wrong

// #region mended
async function mended(pool: Pool, event: Event): Promise<void> {
  await open(pool, event)
  await pool.query(
    `UPDATE order_history AS h SET valid_to = (
       SELECT min(valid_from) FROM order_history AS next WHERE next.id = h.id AND next.valid_from > h.valid_from
     ) WHERE id = $1`,
    [event.key['id']],
  )
}
// #endregion mended

export const scd2OutOfOrder = exhibit({
  name: 'scd2-out-of-order',
  report: 'https://github.com/dbt-labs/dbt-core/issues/7138',
  anomaly: 'overlap',
  options: {
    tables: [orders],
    batches: 10,
    batchSize: 3,
    interval: 0,
    ratio: { insert: 30, update: 60, delete: 10 },
    ddl: CREATE_HISTORY,
  },
  wrong,
  mended,
  // #region check
  /** Every other event comes three commits late. */
  async check(apply, { cdcStream, cloudberry: { pool } }) {
    await cdcStream.start()
    for await (const { events } of cdcStream.commits({ format: 'changes', faults: { late: 0.5 } })) {
      for (const event of events) await apply(pool, event)
    }
    await cdcStream.finished
    expect(await pool.query('SELECT * FROM order_history')).toMatchHistory(
      cdcStream.table('orders').columns(['id', 'status', 'amount']),
      { from: 'valid_from', to: 'valid_to', bounds: 'commit', every: true, deleted: 'flag' },
    )
  },
  // #endregion check
})
