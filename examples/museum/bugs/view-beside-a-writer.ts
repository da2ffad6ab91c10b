import type { ClientBase, Pool } from 'pg'
import { expect } from 'vitest'
import { exhibit } from '../src/exhibit.js'
import { inTransaction } from '../src/in-transaction.js'
import { orders } from '../src/orders.js'

/*
 * An incremental view is filled, and then gets the trigger that keeps it. A transaction that is committed in between is in neither.
 */

const TOTALS = 'SELECT customer, count(*)::int AS orders, sum(amount) AS amount FROM orders GROUP BY customer'

const CREATE_VIEW = [
  'CREATE TABLE totals (customer int4 PRIMARY KEY, orders int4 NOT NULL, amount numeric NOT NULL)',
  `CREATE FUNCTION keep_totals() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF TG_OP <> 'INSERT' THEN
       UPDATE totals AS t SET orders = t.orders - 1, amount = t.amount - OLD.amount WHERE customer = OLD.customer;
       DELETE FROM totals WHERE customer = OLD.customer AND orders = 0;
     END IF;
     IF TG_OP <> 'DELETE' THEN
       INSERT INTO totals AS t VALUES (NEW.customer, 1, NEW.amount)
         ON CONFLICT (customer) DO UPDATE SET orders = t.orders + 1, amount = t.amount + excluded.amount;
     END IF;
     RETURN NULL;
   END $$`,
]

// #region wrong
const fillTotals = (client: ClientBase) => client.query(`INSERT INTO totals ${TOTALS}`)

/** Waits for those who write; from then on they wait for this transaction. */
const createTrigger = (client: ClientBase) =>
  client.query(
    'CREATE TRIGGER keep AFTER INSERT OR UPDATE OR DELETE ON orders FOR EACH ROW EXECUTE FUNCTION keep_totals()',
  )

async function wrong(pool: Pool): Promise<void> {
  await inTransaction(pool, 'BEGIN', async (client) => {
    await fillTotals(client)
    await createTrigger(client)
  })
}
// #endregion wrong

// #region mended
async function mended(pool: Pool): Promise<void> {
  await inTransaction(pool, 'BEGIN', async (client) => {
    await createTrigger(client)
    await fillTotals(client)
  })
}
// #endregion mended

export const viewBesideAWriter = exhibit({
  name: 'view-beside-a-writer',
  report: 'https://github.com/sraoss/pg_ivm/issues/104',
  anomaly: 'wrong value',
  options: {
    tables: [orders],
    batches: 20,
    batchSize: 8,
    ratio: { insert: 50, update: 30, delete: 20 },
    ddl: CREATE_VIEW,
  },
  wrong,
  mended,
  // #region check
  /** A commit falls at each place of the view's creation. What is committed afterwards is kept by the trigger. */
  async check(create, { cdcStream, job, cloudberry: { pool }, explore }) {
    await explore(async () => {
      try {
        await create(job.pool)
        await cdcStream.step(2)
        const rows = await cdcStream.read(() => pool.query('SELECT * FROM totals'))
        await expect(rows).toMatchCommit(cdcStream.query(TOTALS, { key: 'customer' }))
      } finally {
        await pool.query('DROP TRIGGER IF EXISTS keep ON orders') // the next run begins without it
      }
    })
  },
  // #endregion check
})
