import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { matchCommit } from 'vitest-cloudberry-cdc/matchers'
import { copyDifferences } from '../src/copy-differences.js'
import { CREATE_SALES_COPY } from '../src/sales-copy.js'
import { readCopy, sourceAt } from './sales.js'

const test = withCdcStream({
  tables: 'sales',
  continuous: true,
  batchSize: 100,
  interval: 0,
  baseline: 3_000,
  ratio: { insert: 60, update: 25, delete: 15 },
  ddl: CREATE_SALES_COPY,
})

describe('the comparing job', () => {
  // #region while
  test('makes the copy what the source was after one commit, while the load runs', async ({
    cdcStream,
    cloudberry,
  }) => {
    await cdcStream.start()
    const commits = new Set<number>()
    for (let run = 1; run <= 6; run++) {
      const copy = await cdcStream.read(async () => {
        await copyDifferences(cloudberry.pool)
        return cloudberry.pool.query('SELECT * FROM sales_copy')
      })
      expect(copy).toMatchCommit(cdcStream.table('store_sales_heap'))
      commits.add(matchCommit(copy, cdcStream.table('store_sales_heap'))!.first)
      await cdcStream.reached(cdcStream.ledger.commit + 3)
    }
    expect(cdcStream.state).toBe('running')
    expect(commits.size).toBe(6)

    await cdcStream.stop()
    await copyDifferences(cloudberry.pool)
    expect(await cloudberry.pool.query('SELECT * FROM sales_copy')).toMatchLatest(cdcStream.table('store_sales_heap'))
    expect(await cdcStream.verify()).toMatchObject({ equal: true })
  })
  // #endregion while

  test('finds a row that is committed late', async ({ cdcStream, cloudberry }) => {
    const late = await cloudberry.pool.connect()
    try {
      await late.query('BEGIN')
      await late.query('INSERT INTO store_sales_heap (ss_id, ss_item_sk, ss_ticket_number) VALUES (0, 1, 0)')
      await cdcStream.step()
      await copyDifferences(cloudberry.pool)
      expect(await readCopy(cloudberry.pool)).toEqual(sourceAt(cdcStream))
      await late.query('COMMIT')
    } finally {
      late.release()
    }
    await copyDifferences(cloudberry.pool)
    expect((await readCopy(cloudberry.pool)).has('0')).toBe(true)
  })
})
