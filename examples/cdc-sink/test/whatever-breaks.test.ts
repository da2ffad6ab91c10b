import type { Pool } from 'pg'
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { follow } from '../src/follow.js'
import { CREATE_SINK_TABLES } from '../src/sink-tables.js'
import { readCopies } from './copies.js'
import { flushedPosition } from './flushed-position.js'

const test = withCdcStream({
  batches: 5,
  batchSize: 50,
  baseline: 100,
  ratio: { insert: 60, update: 25, delete: 15 },
  ddl: CREATE_SINK_TABLES,
})

async function appliedTransactions(pool: Pool): Promise<unknown> {
  const { rows } = await pool.query<{ transactions: number }>('SELECT transactions FROM sink_progress')
  return rows[0]?.transactions
}

// #region breaks
test(
  'copies and applies everything once, whatever breaks',
  { timeout: 120_000 },
  async ({ cdcStream, cloudberry, job, strike }) => {
    const { pool, schema: name } = cloudberry
    // What breaks are its SQL sessions.
    const sink = { name, connectionString: job.connectionString, replication: cloudberry.connectionString, pause: 20 }
    await strike(async () => {
      await follow(await flushedPosition(pool), sink)
      await cdcStream.step()
      await follow(await flushedPosition(pool), sink)
      expect(await readCopies(pool)).toMatchLatest(cdcStream)
      expect(await appliedTransactions(pool)).toBe(1)
    })
  },
)
// #endregion breaks

test(
  'copies everything once, though nothing is said or too late',
  { timeout: 60_000 },
  async ({ cdcStream, cloudberry, job, strike }) => {
    const { pool, schema: name } = cloudberry
    const sessions = { name, connectionString: job.connectionString, replication: cloudberry.connectionString }
    await strike(
      async () => {
        await follow(await flushedPosition(pool), { ...sessions, pause: 20, timeout: 1_000 })
        expect(await readCopies(pool)).toMatchLatest(cdcStream)
      },
      { faults: ['late', 'half-open'], lateBy: 1_500 },
    )
  },
)
