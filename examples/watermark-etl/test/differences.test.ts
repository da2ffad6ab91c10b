import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { copyDifferences } from '../src/copy-differences.js'
import { CREATE_SALES_COPY } from '../src/sales-copy.js'
import { readCopy, sourceAt } from './sales.js'
import { explainingCommit } from './explaining-commit.js'

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
  test('makes the copy what the source was after one commit, while the load runs', async ({
    cdcStream,
    cloudberry,
  }) => {
    await cdcStream.start()
    const commits: (number | undefined)[] = []
    for (let run = 1; run <= 6; run++) {
      const before = cdcStream.ledger.commit
      await copyDifferences(cloudberry.pool)
      const copy = await readCopy(cloudberry.pool)
      const commit = await explainingCommit(cdcStream, before, copy)
      expect(commit, `run ${run}: the commit that explains the copy`).toBeDefined()
      commits.push(commit)
      await cdcStream.reached(cdcStream.ledger.commit + 3)
    }
    expect(cdcStream.state).toBe('running')
    expect(new Set(commits).size).toBe(6)

    await cdcStream.stop()
    await copyDifferences(cloudberry.pool)
    expect(await readCopy(cloudberry.pool)).toEqual(sourceAt(cdcStream))
    expect(await cdcStream.verify()).toMatchObject({ equal: true })
  })

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
