import type { Pool } from 'pg'
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'
import { CREATE_ORDER_HISTORY, keepHistory } from '../src/order-history.js'
import { orders } from '../src/orders.js'
import { keepWithoutDeletes, reopen } from '../wrong/histories.js'

// #region test
const test = withCdcStream({
  seed: 11,
  tables: [orders],
  batchSize: 20,
  ratio: { insert: 30, update: 60, delete: 10 },
  ddl: CREATE_ORDER_HISTORY,
})

type Keep = (pool: Pool) => Promise<void>

/** Five runs of the job, with commits in between: orders come, change, change back, and go. */
async function check(cdcStream: CdcStream, pool: Pool, jobPool: Pool, keep: Keep): Promise<void> {
  for (let run = 1; run <= 4; run++) {
    await keep(pool) // not on the wire: it is the history that stands there before
    await cdcStream.step(2)
  }
  const rows = await cdcStream.read(async () => {
    await keep(jobPool)
    return pool.query('SELECT * FROM order_history')
  })
  expect(rows).toMatchHistory(cdcStream.table('orders').columns(['id', 'customer', 'status']), {
    from: 'valid_from',
    to: 'valid_to',
    current: 'is_current',
  })
}

test('is right wherever a commit falls', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
  const { runs } = await explore(() => check(cdcStream, pool, job.pool, keepHistory))
  expect(runs).toBe(4)
})
// #endregion test

test('would be noticed if it were wrong', async ({ cdcStream, job, cloudberry: { pool }, mutate }) => {
  const { score } = await mutate(() => check(cdcStream, pool, job.pool, keepHistory))
  expect(score).toBe(1)
})

// #region wrong
test.for<[string, Keep, RegExp]>([
  ['an order that is gone stays current', keepWithoutDeletes, /stale current: orders \d+/],
  ['an old version is opened again', reopen, /overlap: orders \d+ has two versions at once/],
])('%s', async ([, keep, told], { cdcStream, cloudberry: { pool } }) => {
  await expect(check(cdcStream, pool, pool, keep)).rejects.toThrow(told)
})
// #endregion wrong
