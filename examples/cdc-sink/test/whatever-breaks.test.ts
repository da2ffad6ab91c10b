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

// #region breaks
test(
  'copies and applies everything once, whatever breaks',
  { timeout: 600_000 },
  async ({ cdcStream, cloudberry, job, strike }) => {
    const { pool, schema } = cloudberry
    // What breaks are its SQL sessions.
    const sessions = { connectionString: job.connectionString, replication: cloudberry.connectionString }
    const options = { ...sessions, name: schema, timeout: 500, pause: 20 }
    const { runs, tried } = await strike(
      async () => {
        await follow(await flushedPosition(pool), options)
        await cdcStream.step(2)
        await follow(await flushedPosition(pool), options)
        expect(await readCopies(pool)).toMatchLatest(cdcStream)
        const { rows } = await pool.query('SELECT transactions FROM sink_progress')
        expect(rows).toEqual([{ transactions: 2 }])
      },
      { faults: 'all', lateBy: 600 },
    )
    expect(tried).toBe(runs)
  },
)
// #endregion breaks
