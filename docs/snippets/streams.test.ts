import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'

{
  // #region first
  const test = withCdcStream({ batches: 50, ratio: { insert: 80, update: 15, delete: 5 } })

  test('the table moves, and the ledger knows', async ({ cdcStream, cloudberry: { pool } }) => {
    await cdcStream.start() // resolves once the first batch is committed
    await cdcStream.reached(10) // a commit to wait for, never a sleep
    await cdcStream.pause() // between two commits
    const { rows } = await pool.query<{ count: string }>('SELECT count(*) FROM store_sales_heap')
    expect(Number(rows[0]!.count)).toBe(cdcStream.ledger.at().count('store_sales_heap'))
    cdcStream.resume()
    const { commits } = await cdcStream.stop()
    expect(commits).toBeGreaterThanOrEqual(10)
  })
  // #endregion first
}

{
  // #region step
  const test = withCdcStream({ batchSize: 20, baseline: 100 })

  test('one commit between two phases of a job', async ({ cdcStream }) => {
    await cdcStream.step(2)
    const before = cdcStream.ledger.at().fingerprint('store_sales_heap')
    await cdcStream.step() // exactly one commit, now; the stream stays paused
    expect(cdcStream.ledger.commit).toBe(3)
    expect(cdcStream.ledger.at().fingerprint('store_sales_heap')).not.toBe(before)
  })
  // #endregion step
}

{
  // #region hazards
  const test = withCdcStream({
    ratio: { insert: 50, update: 30, delete: 20 },
    hazards: { hotKeys: 0.8, sameKeyChains: 0.2, reinsert: 0.1, noopUpdates: 0.1 },
  })
  // #endregion hazards
  test('hazards', async ({ cdcStream }) => {
    await cdcStream.step(5)
    expect(await cdcStream.verify()).toMatchObject({ equal: true })
  })
}

{
  // #region overlapping
  const test = withCdcStream({ lateCommit: 0.2, rollback: 0.1, writers: 4 })
  // #endregion overlapping
  test('overlapping transactions', async ({ cdcStream }) => {
    await cdcStream.step(10)
    expect(await cdcStream.verify()).toMatchObject({ equal: true })
  })
}

{
  // #region rate
  const test = withCdcStream({ rate: 2000 }) // changes a second, over all tables
  // #endregion rate
  test('a rate', async ({ cdcStream }) => {
    await cdcStream.start()
    // #region set-rate
    cdcStream.setRate(100) // takes effect at once, also while a batch is waited for
    // #endregion set-rate
    cdcStream.setRate(4000)
    await cdcStream.reached(3)
  })
}

{
  // #region schedule
  const test = withCdcStream({
    schedule: [
      { seconds: 10, rate: 500 }, // a step
      { seconds: 2, rate: 5000 }, // a burst
      { seconds: 30, from: 500, to: 2000 }, // a ramp
    ],
  })
  // #endregion schedule
  test('a schedule', async ({ cdcStream }) => {
    await cdcStream.start()
    expect(cdcStream.state).toBe('running')
  })
}

{
  const test = withCdcStream({ batchSize: 20 })
  test('DDL while the load runs', async ({ cdcStream }) => {
    // #region during
    await cdcStream.start()
    await cdcStream.during((client) => client.query('ALTER TABLE store_sales_heap ADD COLUMN ss_note text'))
    await cdcStream.reached(cdcStream.ledger.commit + 5)
    // #endregion during
    await cdcStream.stop()
    expect(await cdcStream.verify()).toMatchObject({ equal: true })
  })
}

{
  // #region extension
  const test = withCdcStream({
    ddl: [
      'SELECT pg_advisory_xact_lock(1)', // one test at a time looks whether it is there
      'CREATE EXTENSION IF NOT EXISTS citext SCHEMA public',
      'CREATE TABLE people (name public.citext)',
    ],
  })
  // #endregion extension

  test('are there for all tests', async ({ cloudberry: { pool } }) => {
    const { rows } = await pool.query("SELECT 'ANN'::public.citext OPERATOR(public.=) 'ann' AS same")
    expect(rows).toEqual([{ same: true }])
  })
}
