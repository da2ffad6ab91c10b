import { expect, test } from 'vitest'
import { type ConnectionOptions, createCdcStream, type StreamEvent } from '../../src/index.js'
import { connect } from '../../src/database/postgres/connect.js'
import { naming } from '../support/cdc-error.js'
import { outcomesReadBack } from '../support/lost-answers.js'
import { openStrikingWire, type StrikingWire } from '../support/striking-wire.js'
import { restartableServer } from '../support/restartable-server.js'
import { useClient, useRole, useSchema } from '../support/server.js'

const BUSY = { batchSize: 50, interval: 0, ratio: { insert: 60, update: 25, delete: 15 }, createTables: true } as const

test('a crash right after COMMIT was sent, 20 times: every batch is there exactly once', async () => {
  await using server = await restartableServer()
  await using wire = await openStrikingWire(server.connection)
  wire.onCommit = (count) => {
    if (count % 3 !== 0 || count > 60) return undefined
    return {
      forward: true,
      act: async () => {
        await server.stop('immediate')
        await server.start()
        await useUpTransactionIds(server.connection)
      },
    }
  }
  const resolved: boolean[] = []
  await using stream = createCdcStream({
    ...BUSY,
    target: wire.connection,
    batches: 60,
    seed: 11,
    observe: (event) => void (event.type === 'resolved' && resolved.push(event.committed)),
  })
  await stream.start()
  const summary = await stream.finished
  expect(resolved).toHaveLength(20)
  expect(summary).toMatchObject({ commits: 60, resolved: 20 })
  const { equal, differences } = await stream.verify()
  expect({ equal, differences }).toEqual({ equal: true, differences: [] })
})

/** A server that crashed gives the ids of lost transactions again: whoever trusted them would be misled. */
async function useUpTransactionIds(connection: ConnectionOptions): Promise<void> {
  const client = await connect(connection)
  for (let i = 0; i < 20; i++) await client.query('SELECT txid_current()')
  await client.end()
}

test.each([
  ['reached the server', true],
  ['was lost', false],
])('the answer to COMMIT is lost, the COMMIT %s: the rows tell', async (_, forward) => {
  const outcomes = await outcomesReadBack(await useSchema(), forward, { ...BUSY, batches: 12, seed: 12 })
  expect(outcomes.length).toBeGreaterThan(4)
  expect(new Set(outcomes)).toEqual(new Set([forward]))
})

test('connections that are cut at any moment: the stream goes on, nothing lost, nothing twice', async () => {
  const connection = await useSchema()
  await using wire = await openStrikingWire(connection)
  await using stream = createCdcStream({
    ...BUSY,
    target: wire.connection,
    batches: 60,
    seed: 13,
    observe: cutEvery(5, wire),
  })
  await stream.start()
  const summary = await stream.finished
  expect(summary.commits).toBe(60)
  expect(summary.retries).toBeGreaterThan(0)
  expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
})

function cutEvery(commits: number, wire: StrikingWire): (event: StreamEvent) => void {
  return (event) => {
    if (event.type === 'commit' && event.commit % commits === 0) wire.cut()
  }
}

test('backends that are terminated by an administrator are replaced', async () => {
  const connection = await useRole(await useSchema())
  const admin = await useClient()
  await using stream = createCdcStream({ ...BUSY, target: connection, batches: 40, seed: 14 })
  await stream.start()
  for await (const { commit } of stream.commits()) {
    if (commit % 10 !== 0 || commit === 40) continue
    const terminate = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1'
    expect((await admin.query(terminate, [connection.user])).rowCount).toBeGreaterThan(0)
  }
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 40 })
})

test('a deadlock with another session is tried again', async () => {
  const connection = await useSchema()
  const other = await useClient(connection)
  const [sales, returns] = ['store_sales_heap', 'store_returns_heap'].map((table) => `${connection.schema}.${table}`)
  const stream = createCdcStream({ ...BUSY, target: connection, batches: 4, seed: 15 })
  await stream.step(2)
  // The batch locks returns first (its DELETEs), then sales: the other session does it the other way round.
  await other.query(`SET deadlock_timeout = '10s'; BEGIN; LOCK TABLE ${sales} IN EXCLUSIVE MODE`)
  const stepped = stream.step(1)
  const waiting = `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = $1::regclass`
  while ((await other.query(waiting, [sales])).rowCount === 0);
  await other.query(`LOCK TABLE ${returns} IN EXCLUSIVE MODE; COMMIT`)
  await stepped
  expect(stream.stats().retries).toBeGreaterThan(0)
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 3 })
  await stream[Symbol.asyncDispose]()
})

test('a server that is stopped and started again: the stream goes on', async () => {
  await using server = await restartableServer()
  await using stream = createCdcStream({ ...BUSY, target: server.connection, batches: 60, seed: 16 })
  await stream.start()
  await stream.reached(5)
  await server.stop('fast')
  await server.start()
  expect(await stream.finished).toMatchObject({ commits: 60 })
  expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
})

test('a server that stays away ends the stream with the reason, and the ledger does not run ahead', async () => {
  await using server = await restartableServer()
  await using stream = createCdcStream({ ...BUSY, target: server.connection, batches: 60, retryFor: 200, seed: 17 })
  await stream.start()
  await server.stop('fast')
  await expect(stream.finished).rejects.toMatchObject({
    code: 'ERR_CDC_WRITE',
    message: expect.stringMatching(naming('batch', '200 ms', '127.0.0.1')) as string,
  })
  expect(stream.state).toBe('failed')
  await server.start()
  expect(await stream.verify()).toMatchObject({ equal: true })
})
