import { expect, test } from 'vitest'
import { createCdcStream } from '../../src/index.js'
import { cdcError } from '../support/cdc-error.js'
import { useClient, useRole, useSchema } from '../support/server.js'

const FAST = { batchSize: 20, interval: 0, createTables: true, seed: 31 } as const

test('start resolves after the first commit, finished after the last', async () => {
  const stream = createCdcStream({ ...FAST, target: await useSchema(), batches: 10 })
  expect(stream.state).toBe('idle')
  await stream.start()
  expect(stream.stats().commits).toBeGreaterThanOrEqual(1)
  const summary = await stream.finished
  expect(stream.state).toBe('stopped')
  expect(summary).toMatchObject({ commits: 10, changes: 400, seed: 31 })
  expect(await stream.stop()).toEqual(summary)
  await stream[Symbol.asyncDispose]()
})

test('step commits exactly so often and leaves the stream paused; resume goes on', async () => {
  const connection = await useSchema()
  const client = await useClient(connection)
  const count = async (): Promise<number> =>
    (await client.query(`SELECT FROM ${connection.schema}.store_sales_heap`)).rowCount!
  await using stream = createCdcStream({ ...FAST, target: connection, batches: 12, tables: 'sales' })
  await stream.step(3)
  expect(stream.state).toBe('paused')
  const rows = stream.ledger.at().count('store_sales_heap')
  expect(stream.ledger.commit).toBe(3)
  expect(await count()).toBe(rows)
  await stream.step()
  expect(stream.ledger.commit).toBe(4)
  expect(await count()).toBe(stream.ledger.at(4).count('store_sales_heap'))
  stream.resume()
  await expect(stream.step()).rejects.toMatchObject({ code: 'ERR_CDC_STATE' })
  expect((await stream.finished).commits).toBe(12)
})

test('pause stands still after the batch in flight, and the database equals the ledger', async () => {
  await using stream = createCdcStream({ ...FAST, target: await useSchema(), continuous: true })
  await stream.start()
  await stream.reached(5)
  await stream.pause()
  const { commit } = stream.ledger
  expect(stream.state).toBe('paused')
  expect(await stream.verify()).toMatchObject({ equal: true, commit })
  expect(stream.ledger.commit).toBe(commit)
  stream.resume()
  await stream.reached(commit + 5)
  expect(await stream.stop()).toMatchObject({ commits: stream.ledger.commit })
})

test('reached rejects when the commit cannot come any more', async () => {
  const stream = createCdcStream({ ...FAST, target: await useSchema(), batches: 10 })
  await expect(stream.reached(11)).rejects.toMatchObject({ code: 'ERR_CDC_STATE' })
  await stream.step(2)
  const refused = cdcError('ERR_CDC_STATE', 'commit 9', 'commit 2')
  await Promise.all([expect(stream.reached(9)).rejects.toThrow(refused), stream.stop()])
  await expect(stream.step()).rejects.toMatchObject({ code: 'ERR_CDC_STATE' })
  await stream[Symbol.asyncDispose]()
})

test('more steps than batches are told', async () => {
  await using stream = createCdcStream({ ...FAST, target: await useSchema(), batches: 2 })
  await expect(stream.step(3)).rejects.toThrow(cdcError('ERR_CDC_STATE', 'commit 3', 'commit 2'))
  expect(stream.state).toBe('stopped')
})

test('commits are given from number 1 on, also to a late reader, and end with the stream', async () => {
  await using stream = createCdcStream({ ...FAST, target: await useSchema(), batches: 8 })
  await stream.step(5)
  const early: number[] = []
  const reading = (async () => {
    for await (const { commit } of stream.commits()) early.push(commit)
  })()
  stream.resume()
  const summary = await stream.finished
  await reading
  const late: { inserts: number; updates: number; deletes: number }[] = []
  for await (const commit of stream.commits()) late.push(commit)
  expect(early).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  const total = (kind: 'inserts' | 'updates' | 'deletes'): number => late.reduce((sum, commit) => sum + commit[kind], 0)
  expect([total('inserts'), total('updates'), total('deletes')]).toEqual([
    summary.inserts,
    summary.updates,
    summary.deletes,
  ])
})

test('a signal stops the stream after the batch in flight', async () => {
  const abort = new AbortController()
  await using stream = createCdcStream({ ...FAST, target: await useSchema(), continuous: true, signal: abort.signal })
  await stream.start()
  abort.abort()
  const { commits } = await stream.finished
  expect(commits).toBeGreaterThanOrEqual(1)
  expect(await stream.verify()).toMatchObject({ equal: true, commit: commits })
})

test('a reader of commits that is aborted stops waiting', async () => {
  await using stream = createCdcStream({ ...FAST, target: await useSchema() })
  const abort = new AbortController()
  await stream.step()
  const reading = (async () => {
    for await (const { commit } of stream.commits({ signal: abort.signal })) if (commit === 1) abort.abort()
  })()
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' })
})

test('disposing stops a running load and leaves no session behind', async () => {
  const connection = await useRole(await useSchema())
  const client = await useClient()
  const sessions = async (): Promise<number> =>
    (await client.query('SELECT FROM pg_stat_activity WHERE usename = $1', [connection.user])).rowCount!
  const stream = createCdcStream({ ...FAST, target: connection, continuous: true })
  await stream.start()
  expect(await sessions()).toBe(1)
  await stream[Symbol.asyncDispose]()
  await expect.poll(sessions).toBe(0)
  expect(stream.state).toBe('stopped')
})

test('a stream that never began can be stopped and disposed', async () => {
  const stream = createCdcStream({ target: await useSchema() })
  expect(() => stream.ledger).toThrow(cdcError('ERR_CDC_STATE', '`start()`', '`step()`'))
  expect(await stream.stop()).toMatchObject({ commits: 0, changes: 0, tables: {} })
  await expect(stream.start()).rejects.toMatchObject({ code: 'ERR_CDC_STATE' })
  await stream[Symbol.asyncDispose]()
})

test('the error that ends a stream comes out of everything that waits, and of nothing that nobody asked', async () => {
  const connection = { ...(await useSchema()), port: 1 }
  const stream = createCdcStream({ ...FAST, target: connection })
  await expect(stream.start()).rejects.toMatchObject({ code: 'ERR_CDC_TARGET' })
  expect(stream.state).toBe('failed')
  for (const again of [() => stream.reached(1), () => stream.step(), () => stream.stop(), () => stream.finished]) {
    await expect(again()).rejects.toMatchObject({ code: 'ERR_CDC_TARGET' })
  }
  await stream[Symbol.asyncDispose]()
})

test('the same seed makes the same tables, another seed others', async () => {
  const run = async (seed: number): Promise<string[]> => {
    await using stream = createCdcStream({ ...FAST, target: await useSchema(), batches: 10, seed, ratio: 0.4 })
    await stream.start()
    await stream.finished
    return stream.ledger.tables.map((table) => stream.ledger.at().fingerprint(table))
  }
  const [first, again, other] = [await run(1), await run(1), await run(2)]
  expect(again).toEqual(first)
  expect(other).not.toEqual(first)
})
