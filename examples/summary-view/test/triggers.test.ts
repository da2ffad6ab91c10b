import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { COUPON_TOTALS, CREATE_COUPON_TOTALS, KEEP_COUPON_TOTALS } from '../src/coupon-totals.js'
import { FORGETS_DELETE, FORGETS_OLD_GROUP } from '../wrong/coupon-triggers.js'

const READ = 'SELECT * FROM coupon_totals'

// #region triggers
const keptBy = (triggers: readonly string[]) =>
  withCdcStream({
    seed: 20,
    continuous: true,
    batchSize: 40,
    interval: 5,
    ratio: { insert: 50, update: 35, delete: 15 },
    ddl: [CREATE_COUPON_TOTALS, ...triggers],
  })

describe('totals that triggers keep', () => {
  keptBy(KEEP_COUPON_TOTALS)('are never old', async ({ cdcStream, cloudberry: { pool } }) => {
    const expected = cdcStream.query(COUPON_TOTALS, { key: 'coupon' })
    await cdcStream.start()
    for (let look = 1; look <= 20; look++) {
      const rows = await cdcStream.read(() => pool.query(READ))
      await expect(rows).toMatchCommit(expected)
    }
    await cdcStream.stop()
    await expect(await pool.query(READ)).toMatchLatest(expected)
  })
  // #endregion triggers

  keptBy(FORGETS_DELETE)('are wrong where no trigger sees a DELETE', async ({ cdcStream, cloudberry: { pool } }) => {
    await cdcStream.step(5)
    const checked = expect(await pool.query(READ)).toMatchLatest(cdcStream.query(COUPON_TOTALS, { key: 'coupon' }))
    await expect(checked).rejects.toThrow(/sales is \d+ instead of \d+/)
  })

  keptBy(FORGETS_OLD_GROUP)('are wrong where a sale leaves its group', async ({ cdcStream, cloudberry: { pool } }) => {
    await cdcStream.step(5)
    const checked = expect(await pool.query(READ)).toMatchLatest(cdcStream.query(COUPON_TOTALS, { key: 'coupon' }))
    await expect(checked).rejects.toThrow(/sales is \d+ instead of \d+/)
  })
})
