import type { Pool } from 'pg'
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { CREATE_DYNAMIC, CREATE_INCREMENTAL, STORE_DAYS } from '../src/cloudberry-views.js'
import { CREATE_DIMENSIONS } from '../src/dimensions.js'

const test = withCdcStream({
  continuous: true,
  batchSize: 40,
  interval: 50,
  ratio: { insert: 60, update: 25, delete: 15 },
  ddl: CREATE_DIMENSIONS,
})

const key = ['store', 'day']

async function isCloudberry(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ version: string }>('SELECT version()')
  return rows[0]!.version.includes('Cloudberry')
}

// #region incremental
test('an incremental view is never old', async ({ cdcStream, cloudberry: { pool }, skip }) => {
  if (!(await isCloudberry(pool))) skip('the server is no Cloudberry: it has no incremental views')
  await pool.query(CREATE_INCREMENTAL)
  await cdcStream.start()
  for (let look = 1; look <= 10; look++) {
    const rows = await cdcStream.read(() => pool.query('SELECT store, day, sales, paid FROM incremental_store_days'))
    await expect(rows).toMatchCommit(cdcStream.query(STORE_DAYS, { key }))
  }
})
// #endregion incremental

// #region dynamic
test(
  'a dynamic table is not older than its schedule',
  { timeout: 240_000 },
  async ({ cdcStream, cloudberry, skip }) => {
    const { pool } = cloudberry
    if (!(await isCloudberry(pool))) skip('the server is no Cloudberry: it has no dynamic tables')
    await pool.query(CREATE_DYNAMIC)
    const read = () => pool.query('SELECT store, day, sales, paid FROM dynamic_store_days')
    for (let minute = 1; minute <= 2; minute++) {
      await cdcStream.step(20)
      // A minute at the most until it is refreshed, and time for that.
      await expect(read).toConvergeTo(cdcStream.query(STORE_DAYS, { key }), { within: 90_000 })
    }
  },
)
// #endregion dynamic
