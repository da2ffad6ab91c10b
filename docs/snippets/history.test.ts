import type { Pool } from 'pg'
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { shortened } from './support/shortened.js'

const COPY = `CREATE TABLE sales_history (
  LIKE store_sales_heap, valid_from timestamptz NOT NULL, valid_to timestamptz, is_current bool NOT NULL
)`

// #region job
/** A dimension of type 2: closes what is no more, and adds what is new. */
async function keepHistory(pool: Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await client.query(`
      UPDATE sales_history h SET valid_to = now(), is_current = false
        WHERE is_current AND NOT EXISTS (
          SELECT FROM store_sales_heap s
            WHERE (s.ss_id, s.ss_quantity, s.ss_net_paid) IS NOT DISTINCT FROM (h.ss_id, h.ss_quantity, h.ss_net_paid))`)
    await client.query(`
      INSERT INTO sales_history SELECT s.*, now(), NULL, true FROM store_sales_heap s
        WHERE NOT EXISTS (SELECT FROM sales_history h WHERE h.ss_id = s.ss_id AND h.is_current)`)
    await client.query('COMMIT')
  } finally {
    client.release()
  }
}
// #endregion job

{
  const test = withCdcStream({ batchSize: 20, ratio: { insert: 60, update: 30, delete: 10 }, ddl: COPY })

  // #region dimension
  test('a dimension of type 2', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    const sales = cdcStream.table('store_sales_heap').columns(['ss_id', 'ss_quantity', 'ss_net_paid'])
    await explore(async () => {
      await keepHistory(job.pool)
      await cdcStream.step(2)
      const rows = await cdcStream.read(async () => {
        await keepHistory(job.pool)
        return pool.query('SELECT * FROM sales_history')
      })
      expect(rows).toMatchHistory(sales, { from: 'valid_from', to: 'valid_to', current: 'is_current' })
    })
  })
  // #endregion dimension

  // #region periods
  test('what the ledger knows of it', async ({ cdcStream }) => {
    await cdcStream.step(5)
    const periods = [...cdcStream.table('store_sales_heap').columns(['ss_id', 'ss_net_paid']).history()]
    const { key, from, row } = periods[0]! // made by commit `from`, and held until commit `to`, where there is one
    expect(row).toMatchObject({ ss_id: key })
    expect(from).toBe(1)
    expect(periods.filter(({ to }) => to === undefined)).toHaveLength(cdcStream.ledger.at().count('store_sales_heap'))
  })
  // #endregion periods
}

const AUDIT = [
  'CREATE TABLE sales_audit (LIKE store_sales_heap, from_change int, to_change int)',
  'CREATE SEQUENCE change',
  // #region trigger
  `CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$
   DECLARE change int := nextval('change');
   BEGIN
     IF TG_OP <> 'INSERT' THEN
       UPDATE sales_audit SET to_change = change WHERE ss_id = OLD.ss_id AND to_change IS NULL;
     END IF;
     IF TG_OP <> 'DELETE' THEN INSERT INTO sales_audit SELECT NEW.*, change; END IF;
     RETURN NULL;
   END $$`,
  // #endregion trigger
  'CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON store_sales_heap FOR EACH ROW EXECUTE FUNCTION audit()',
]

const test = withCdcStream({ seed: 7, batchSize: 20, ratio: { insert: 60, update: 30, delete: 10 }, ddl: AUDIT })

// #region audit
test('an audit table that a trigger keeps', async ({ cdcStream, cloudberry: { pool } }) => {
  await cdcStream.step(10)
  const rows = await cdcStream.read(() => pool.query('SELECT * FROM sales_audit'))
  expect(rows).toMatchHistory(cdcStream.table('store_sales_heap'), {
    from: 'from_change', // from a sequence: anything that grows
    to: 'to_change',
    every: true, // a trigger sees each change
  })
})
// #endregion audit

/** Rows of one statement are changed in any order: of the numbers of a trigger, only the order is the same in each run. */
function counted(failure: string): string {
  const bounds = /(?<=\b(?:from|to) )\d+(?= to|,|:| and|$)/gm
  const numbers = [...new Set(failure.match(bounds))].map(Number).toSorted((a, b) => a - b)
  return failure.replaceAll(bounds, (text) => String(10 * (numbers.indexOf(Number(text)) + 1)))
}

/** What is done to the history of one row: `$1` is the key of one that was updated, or deleted. */
const DAMAGES: Readonly<Record<string, readonly [kind: 'update' | 'delete', ...statements: string[]]>> = {
  'stale current': ['delete', 'UPDATE sales_audit SET to_change = NULL WHERE ss_id = $1'],
  reopened: [
    'update',
    `INSERT INTO sales_audit (SELECT (json_populate_record(a, '{"from_change": 1000, "to_change": null}')).*
       FROM sales_audit a WHERE ss_id = $1 ORDER BY from_change LIMIT 1)`,
    'UPDATE sales_audit SET to_change = 1000 WHERE ss_id = $1 AND to_change IS NULL AND from_change < 1000',
  ],
  overlap: ['update', 'UPDATE sales_audit SET to_change = NULL WHERE ss_id = $1'],
  gap: ['update', 'UPDATE sales_audit SET to_change = to_change - 1 WHERE ss_id = $1'],
  'lost version': ['update', 'DELETE FROM sales_audit WHERE ss_id = $1 AND to_change IS NOT NULL'],
  'phantom version': ['delete', 'INSERT INTO sales_audit SELECT * FROM sales_audit WHERE ss_id = $1'],
  'wrong version': ['update', 'UPDATE sales_audit SET ss_quantity = 1234 WHERE ss_id = $1 AND to_change IS NULL'],
}

test.for(Object.entries(DAMAGES))('%s', async ([name, [kind, ...statements]], { cdcStream, cloudberry: { pool } }) => {
  await cdcStream.step(10)
  const changes = [...cdcStream.ledger.between(0, 10)].filter(({ table }) => table === 'store_sales_heap')
  const { key } = changes.find((change) => change.kind === kind)!
  for (const statement of statements) await pool.query(statement, [key])
  const rows = await pool.query('SELECT * FROM sales_audit')
  const limits = { from: 'from_change', to: 'to_change', every: true }
  const failure = ((): string => {
    try {
      expect(rows).toMatchHistory(cdcStream.table('store_sales_heap'), limits)
      return 'passed'
    } catch (error) {
      return (error as Error).message
    }
  })()
  expect(failure).toContain(`${name}: `)
  await expect(counted(shortened(failure))).toMatchFileSnapshot(`output/history-${name.replace(' ', '-')}.txt`)
})
