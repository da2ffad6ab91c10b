import { Client, type Pool } from 'pg'
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { matchCommit } from 'vitest-cloudberry-cdc/matchers'
import { copyInitially } from '../src/copy-initially.js'
import { PostgresSink, type SinkOptions } from '../src/postgres-sink.js'
import { CREATE_SINK_TABLES } from '../src/sink-tables.js'
import { readCopies } from './copies.js'
import { flushedPosition } from './flushed-position.js'

const test = withCdcStream({
  batches: 10,
  batchSize: 50,
  baseline: 100,
  ratio: { insert: 60, update: 25, delete: 15 },
  ddl: CREATE_SINK_TABLES,
})

/** The first copy alone: nothing follows yet. */
async function copyOnly({ connectionString, replication = connectionString, name }: SinkOptions): Promise<void> {
  const client = new Client({ connectionString })
  client.on('error', () => {}) // who asks it next is told
  await client.connect()
  try {
    await copyInitially(client, replication, name)
  } finally {
    await client.end()
  }
}

/** Follows until all is there that was committed, also while it was applied. */
async function catchUp(pool: Pool, options: SinkOptions): Promise<void> {
  await using sink = await PostgresSink.start(options)
  await sink.reached(await flushedPosition(pool))
  await sink.reached(await flushedPosition(pool))
}

// #region wrong
test('a wrong sink would be noticed', { timeout: 170_000 }, async ({ cdcStream, cloudberry, job, mutate }) => {
  const { pool, schema: name, connectionString: replication } = cloudberry
  // What is damaged are its SQL sessions. It has no second try here: that would mend some of the damages.
  const sink = { name, connectionString: job.connectionString, replication }
  const { score } = await mutate(
    async () => {
      const copies = await cdcStream.read(async () => {
        await copyOnly(sink)
        return readCopies(pool)
      })
      expect(copies).toMatchCommit(cdcStream)
      const { last } = matchCommit(copies, cdcStream)!
      await cdcStream.step()
      await catchUp(pool, sink)
      expect(await readCopies(pool)).toMatchLatest(cdcStream)
      const { rows } = await pool.query('SELECT transactions FROM sink_progress')
      expect(rows).toEqual([{ transactions: cdcStream.ledger.commit - last }])
    },
    {
      allow: [
        {
          statement: 'SELECT FROM sink_progress',
          damage: 'row-doubled',
          reason: 'the sink asks whether there is a row, and there never are two',
        },
      ],
    },
  )
  expect(score).toBe(1)
})
// #endregion wrong
