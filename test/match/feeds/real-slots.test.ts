import { randomBytes } from 'node:crypto'
import type { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { type CdcStream, createCdcStream, replayEvents } from '../../../src/index.js'
import { connect } from '../../../src/database/postgres/connect.js'
import { testConnection, useClient, useSchema } from '../../support/server.js'

const SALES = 'store_sales_heap'
const RETURNS = 'store_returns_heap'

const hazards = { reinsert: 0.3, noopUpdates: 0.2, sameKeyChains: 0.2 } as const
const ratio = { insert: 50, update: 30, delete: 20 } as const
const load = { batchSize: 20, interval: 0, ratio, hazards, createTables: true, batches: 100_000 } as const

/** A slot of test_decoding, which tells of all schemas of its database; dropped when the test is through. */
async function makeSlot(client: Client): Promise<{ changes(): Promise<string[]> }> {
  const name = `slot_${randomBytes(6).toString('hex')}`
  await client.query(`SELECT pg_create_logical_replication_slot($1, 'test_decoding')`, [name])
  onTestFinished(async () => {
    const other = await connect(testConnection(), { applicationName: 'test' })
    await other.query('SELECT pg_drop_replication_slot($1)', [name])
    await other.end()
  })
  return {
    changes: async () => {
      const { rows } = await client.query<{ data: string }>(
        'SELECT data FROM pg_logical_slot_get_changes($1, NULL, NULL)',
        [name],
      )
      return rows.map(({ data }) => data)
    },
  }
}

/** Other tests write to schemas of the same database. */
async function replays(stream: CdcStream, feed: readonly string[], from: number, other: string): Promise<void> {
  for (const table of [SALES, RETURNS]) {
    const replay = replayEvents(feed, stream.table(table), { from })
    expect(replay.anomalies).toEqual([])
    expect(replay.elsewhere).toContain(other)
  }
}

test('a slot that was made under load, of a database in which another load runs, too', async () => {
  const [own, other] = [await useSchema(), await useSchema()]
  const client = await useClient(own)
  const late = { writers: 3, lateCommit: 0.2, rollback: 0.1 } as const
  await using stream = createCdcStream({ ...load, ...late, seed: 5, target: own })
  await using beside = createCdcStream({ ...load, seed: 6, target: other })
  await Promise.all([stream.start(), beside.start()])
  await stream.reached(10)
  const slot = await makeSlot(client)
  const from = stream.ledger.commit
  await stream.reached(from + 30)
  await Promise.all([stream.stop(), beside.stop()])
  const feed = await slot.changes()
  await replays(stream, feed, from, other.schema)
  // Without being told, it is a feed that lacks its beginning: one thing to say.
  expect(replayEvents(feed, stream.table(SALES)).anomalies).toMatchObject([{ name: 'seam' }])
  const named = feed.findIndex((line) => line.startsWith(`table ${own.schema}.${SALES}: DELETE`))
  const lost = feed.toSpliced(named, 1)
  expect(replayEvents(lost, stream.table(SALES), { from }).anomalies.length).toBeGreaterThan(0)
})

test('a consumer that hands its events out one after the other', async () => {
  const own = await useSchema()
  const client = await useClient(own)
  await using stream = createCdcStream({ ...load, seed: 7, target: own })
  await stream.step(2)
  const slot = await makeSlot(client)
  async function* consume(): AsyncGenerator<string> {
    for (let commits = 0; commits < 4; commits++) {
      await stream.step(1)
      yield* await slot.changes()
    }
  }
  const replay = await replayEvents(consume(), stream.table(SALES), { from: 2 })
  expect(replay).toMatchObject({ from: 2, commit: 6, anomalies: [] })
})
