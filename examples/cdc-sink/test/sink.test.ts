import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { PostgresSink } from '../src/postgres-sink.js'
import { CREATE_SINK_TABLES } from '../src/sink-tables.js'
import { readCopies } from './copies.js'
import { flushedPosition } from './flushed-position.js'

const test = withCdcStream({
  continuous: true,
  batchSize: 50,
  interval: 20,
  baseline: 300,
  ratio: { insert: 60, update: 25, delete: 15 },
  ddl: CREATE_SINK_TABLES,
})

describe('the sink', () => {
  // #region begins
  test('begins in the middle of a load, and follows it through pauses', async ({ cdcStream, cloudberry }) => {
    const { pool, connectionString, schema } = cloudberry
    await cdcStream.start()
    await cdcStream.reached(5)
    await using sink = await PostgresSink.start({ connectionString, name: schema })
    for (let pause = 1; pause <= 3; pause++) {
      await cdcStream.reached(cdcStream.ledger.commit + 10)
      // It follows by itself, so it may be a little behind; but one commit has to explain both copies.
      expect(await readCopies(pool)).toMatchCommit(cdcStream, { lagging: true })
      await cdcStream.pause()
      await sink.reached(await flushedPosition(pool))
      expect(await readCopies(pool)).toMatchLatest(cdcStream)
      cdcStream.resume()
    }
    const { commits } = await cdcStream.stop()
    expect(commits).toBeGreaterThan(35)
    await sink.reached(await flushedPosition(pool))
    expect(await readCopies(pool)).toMatchLatest(cdcStream)
  })
  // #endregion begins

  // #region once
  test('applies everything once, though it is restarted under load and told everything twice', async ({
    cdcStream,
    cloudberry,
  }) => {
    const { pool, connectionString, schema } = cloudberry
    const first = await PostgresSink.start({ connectionString, name: schema, confirm: false })
    await cdcStream.start()
    await cdcStream.reached(10)
    await first.reached(await flushedPosition(pool))
    await first.stop()
    await cdcStream.reached(cdcStream.ledger.commit + 10)

    await using second = await PostgresSink.start({ connectionString, name: schema })
    await cdcStream.reached(cdcStream.ledger.commit + 10)
    const { commits, changes } = await cdcStream.stop()
    await second.reached(await flushedPosition(pool))
    expect(second.repeated).toBeGreaterThanOrEqual(10)
    const { rows } = await pool.query('SELECT transactions, changes FROM sink_progress')
    expect(rows).toEqual([{ transactions: commits, changes }])
    expect(await readCopies(pool)).toMatchLatest(cdcStream)
  })
  // #endregion once
})
