import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { SecondDatabase } from './support/second-database.js'

// #region load
const test = withCdcStream({
  continuous: true,
  ratio: { insert: 50, update: 30, delete: 20 },
  hazards: { reinsert: 0.3, noopUpdates: 0.2, sameKeyChains: 0.2 },
  writers: 3,
  lateCommit: 0.2,
})
// #endregion load

test('a subscription follows a load', async ({ cdcStream, cloudberry }) => {
  const { pool, schema, connectionString } = cloudberry
  await using second = await SecondDatabase.make(connectionString, schema)
  const replica = second.client
  // #region subscribe
  await pool.query(`CREATE PUBLICATION ${schema} FOR TABLE store_sales_heap, store_returns_heap`)
  await pool.query(`SELECT pg_create_logical_replication_slot($1, 'pgoutput')`, [schema])
  await cdcStream.start()
  await cdcStream.reached(5) // the first copy is made under load, as in production
  await replica.query(
    `CREATE SUBSCRIPTION ${schema} CONNECTION '${connectionString}' PUBLICATION ${schema}
       WITH (create_slot = false, slot_name = '${schema}')`,
  )
  // #endregion subscribe
  // #region follow
  const [sales, returns] = [cdcStream.table('store_sales_heap'), cdcStream.table('store_returns_heap')]
  for (let look = 0; look < 10; look++) {
    await cdcStream.reached(cdcStream.ledger.commit + 3)
    expect(await replica.query('SELECT * FROM store_sales_heap')).toMatchCommit(sales, { lagging: true })
    expect(await replica.query('SELECT * FROM store_returns_heap')).toMatchCommit(returns, { lagging: true })
  }
  await cdcStream.pause()
  await expect(() => replica.query('SELECT * FROM store_sales_heap')).toConvergeTo(sales)
  await expect(() => replica.query('SELECT * FROM store_returns_heap')).toConvergeTo(returns)
  // #endregion follow
  // #region wait
  await cdcStream.step(5)
  const { rows } = await pool.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn() AS lsn')
  const replayed = `SELECT replay_lsn >= $1 AS "isThere" FROM pg_stat_replication WHERE application_name = $2`
  await expect
    .poll(async () => (await pool.query(replayed, [rows[0]!.lsn, schema])).rows, { timeout: 10_000 })
    .toEqual([{ isThere: true }])
  expect(await replica.query('SELECT * FROM store_sales_heap')).toMatchLatest(sales)
  expect(await replica.query('SELECT * FROM store_returns_heap')).toMatchLatest(returns)
  // #endregion wait
  // #region drop
  await replica.query(`DROP SUBSCRIPTION ${schema}`) // and its slot with it
  // #endregion drop
})
