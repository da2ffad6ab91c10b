import type { ClientBase, Pool } from 'pg'
import { expect } from 'vitest'
import { exhibit } from '../src/exhibit.js'
import { inTransaction, ONE_SNAPSHOT } from '../src/in-transaction.js'
import { CREATE_COPY, orders } from '../src/orders.js'

/*
 * A test compares a table with its copy, while both are written. The copy is right at any time: a trigger keeps it, in the transaction
 * of each change. But the test reads one after the other.
 */

const KEEP_COPY = [
  CREATE_COPY,
  `CREATE FUNCTION keep_copy() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     DELETE FROM orders_copy WHERE id = coalesce(OLD.id, NEW.id);
     IF TG_OP <> 'DELETE' THEN INSERT INTO orders_copy SELECT NEW.*; END IF;
     RETURN NULL;
   END $$`,
  'CREATE TRIGGER keep AFTER INSERT OR UPDATE OR DELETE ON orders FOR EACH ROW EXECUTE FUNCTION keep_copy()',
]

// #region wrong
/** What the test compares. */
const readBoth = async (client: ClientBase) => ({
  orders: await client.query('SELECT * FROM orders'),
  orders_copy: await client.query('SELECT * FROM orders_copy'),
})

const wrong = (pool: Pool) => inTransaction(pool, 'BEGIN', readBoth)
// #endregion wrong

// #region mended
const mended = (pool: Pool) => inTransaction(pool, ONE_SNAPSHOT, readBoth)
// #endregion mended

export const tornTest = exhibit({
  name: 'torn-test',
  report: 'https://github.com/atsign-foundation/at_server/issues/2734',
  anomaly: 'torn transaction',
  options: {
    tables: [orders],
    batches: 20,
    batchSize: 8,
    ratio: { insert: 50, update: 30, delete: 20 },
    ddl: KEEP_COPY,
  },
  wrong,
  mended,
  // #region check
  /** Here the test is the job: a commit falls at each place of what it reads. */
  async check(read, { cdcStream, job, explore }) {
    await explore(async () => {
      const tables = await cdcStream.read(() => read(job.pool))
      expect(tables).toMatchCommit({ orders: cdcStream.table('orders'), orders_copy: cdcStream.table('orders') })
    })
  },
  // #endregion check
})
