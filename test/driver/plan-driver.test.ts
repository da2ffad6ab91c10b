import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  type CommitWithEvents,
  createCdcStream,
  type EventFormat,
  type EventOf,
  OptionsError,
  readEvents,
  renderEvents,
  storeReturns,
  storeSales,
} from '../../src/index.js'
import { resolveTestOptions } from '../../fixtures/stream/cdc-test-options.js'
import { openTarget } from '../../src/database/open-target.js'
import { cdcError } from '../support/cdc-error.js'
import { useSchema } from '../support/server.js'

const FAST = { target: 'none', batchSize: 20, interval: 0, seed: 31, ratio: 0.4 } as const

describe('without a database', () => {
  test('a stream makes the same changes as with one', async () => {
    const fingerprints: string[][] = []
    for (const target of ['none', await useSchema()] as const) {
      await using stream = createCdcStream({ ...FAST, target, createTables: true, batches: 12 })
      await stream.start()
      const summary = await stream.finished
      expect(summary).toMatchObject({ commits: 12, changes: 480, seed: 31, retries: 0 })
      fingerprints.push(stream.ledger.tables.map((table) => stream.ledger.at().fingerprint(table)))
    }
    expect(fingerprints[0]).toEqual(fingerprints[1])
  })

  test('it can be stepped, paused, resumed and stopped', async () => {
    await using stream = createCdcStream({ ...FAST, continuous: true })
    await stream.step(3)
    expect([stream.state, stream.ledger.commit]).toEqual(['paused', 3])
    stream.resume()
    await stream.reached(20)
    await stream.pause()
    const { commit } = stream.ledger
    await expect(stream.step(2)).resolves.toBeUndefined()
    expect(stream.ledger.commit).toBe(commit + 2)
    stream.resume()
    await stream.reached(commit + 10)
    const { commits } = await stream.stop()
    expect(commits).toBe(stream.ledger.commit)
    expect(stream.state).toBe('stopped')
  })

  test('it keeps its pace, and a stop does not wait for the next batch', async () => {
    await using stream = createCdcStream({ ...FAST, interval: 3_600_000 })
    await stream.start()
    expect(stream.ledger.commit).toBe(1)
    expect(await stream.stop()).toMatchObject({ commits: 1 })
  })

  test('it lets others have their turn, as fast as it is', async () => {
    await using stream = createCdcStream({ ...FAST, batches: 500 })
    await stream.start()
    await nextTurn()
    expect(stream.state).toBe('running')
    expect(await stream.finished).toMatchObject({ commits: 500 })
  })

  test('it has no connection and nothing to verify', async () => {
    await using stream = createCdcStream({ ...FAST, batches: 2 })
    await stream.start()
    await stream.finished
    const refused = cdcError('ERR_CDC_STATE', '`none`', '`target`')
    expect(() => stream.connection).toThrow(refused)
    await expect(stream.verify()).rejects.toThrow(refused)
  })
})

test('fixtures and `openTarget` refuse it', async () => {
  const target = 'none' as never
  expect(() => resolveTestOptions({ target })).toThrow(cdcError('ERR_CDC_OPTIONS', '`target`', '`none`'))
  await expect(openTarget(target, { environment: {} })).rejects.toThrow(OptionsError)
})

describe('commits with events', () => {
  test('come with the events of the format, also to a late reader', async () => {
    await using stream = createCdcStream({ ...FAST, batches: 8 })
    const read = async (): Promise<CommitWithEvents<'maxwell'>[]> => {
      const all: CommitWithEvents<'maxwell'>[] = []
      for await (const commit of stream.commits({ format: 'maxwell' })) {
        expectTypeOf(commit.events).toEqualTypeOf<readonly EventOf<'maxwell'>[]>()
        all.push(commit)
      }
      return all
    }
    const reading = read()
    await stream.start()
    await stream.finished
    const early = await reading
    expect(early.map(({ commit }) => commit)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(await read()).toEqual(early)
    for (const { commit, inserts, updates, deletes, events } of early) {
      expect(events).toHaveLength(inserts + updates + deletes)
      expect(events).toEqual(
        renderEvents('maxwell', {
          commit,
          changes: [...stream.ledger.changes(commit)],
          at: events[0]!.ts * 1000,
          database: 'cdc',
          schema: 'tpcds',
          server: 'cdc',
          tables: [storeSales, storeReturns],
        }),
      )
    }
  })

  test('take their names from the target, or as told', async () => {
    const connection = await useSchema()
    await using stream = createCdcStream({ ...FAST, target: connection, createTables: true, batches: 1 })
    await stream.start()
    await stream.finished
    const { database, schema } = connection
    for await (const { events } of stream.commits({ format: 'debezium-postgres' })) {
      expect(events[0]?.source).toMatchObject({ name: 'cdc', db: database, schema })
    }
    const names = { server: 'prod', database: 'shop' }
    for await (const { events } of stream.commits({ format: 'debezium-postgres', names })) {
      expect(events[0]?.source).toMatchObject({ name: 'prod', db: 'shop', schema })
    }
  })

  test('without a format there are none', async () => {
    await using stream = createCdcStream({ ...FAST, batches: 1 })
    await stream.start()
    for await (const commit of stream.commits()) expect(commit).not.toHaveProperty('events')
  })

  test('what faults hold back at the end comes as one more element', async () => {
    await using stream = createCdcStream({ ...FAST, batches: 4 })
    await stream.start()
    await stream.finished
    const feed: CommitWithEvents<EventFormat>[] = []
    for await (const commit of stream.commits({ format: 'changes', faults: { late: 1, lateBy: 2 } })) feed.push(commit)
    expect(feed.map(({ commit, events }) => [commit, events.length])).toEqual([
      [1, 0],
      [2, 0],
      [3, 40],
      [4, 40],
      [4, 80],
    ])
    const none = { inserts: 0, updates: 0, deletes: 0 }
    expect(feed[4]).toMatchObject({ ...none, tables: { store_sales_heap: none, store_returns_heap: none } })
    expect(readEvents(feed.flatMap(({ events }) => events)).map(({ commit }) => commit)).toEqual(
      [1, 2, 3, 4].flatMap((commit) => Array<number>(40).fill(commit)),
    )
  })

  test('formats and faults that cannot be are refused at once', () => {
    const stream = createCdcStream({ ...FAST })
    expect(() => stream.commits({ format: 'avro' as EventFormat })).toThrow(
      cdcError('ERR_CDC_OPTIONS', '`format`', '`avro`'),
    )
    expect(() => stream.commits({ format: 'canal', faults: { late: 2 } })).toThrow(
      cdcError('ERR_CDC_OPTIONS', '`faults.late`', '`2`'),
    )
  })

  test('a reader that is aborted stops waiting', async () => {
    await using stream = createCdcStream({ ...FAST })
    const abort = new AbortController()
    await stream.step()
    const reading = (async () => {
      for await (const _ of stream.commits({ format: 'flink', signal: abort.signal })) abort.abort()
    })()
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' })
  })
})
