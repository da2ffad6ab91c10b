import { describe, expect, test } from 'vitest'
import { type CdcOptions, type CdcStream, createCdcStream, type StreamEvent } from '../../src/index.js'
import { cdcError } from '../support/cdc-error.js'
import { orders } from '../support/orders.js'
import { useClient, useSchema } from '../support/server.js'

const OPTIONS = { batchSize: 20, interval: 0, createTables: true, seed: 31, ratio: 0.4, continuous: true } as const

const ADD_COLUMN = 'ALTER TABLE store_sales_heap ADD COLUMN added text'

async function open(options: CdcOptions = {}): Promise<CdcStream> {
  return createCdcStream({ ...OPTIONS, target: await useSchema(), ...options })
}

describe('during', () => {
  test('works between two commits, in the schema, on a session of its own, and the stream goes on with the new column', async () => {
    await using stream = await open()
    await stream.start()
    await stream.reached(5)
    const commits = await stream.during(async (client) => {
      const before = stream.ledger.commit
      const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM store_sales_heap')
      // Nothing is open: what is there is the table after the last commit, and the lock is free.
      expect(Number(rows[0]!.count)).toBe(stream.ledger.at(before).count('store_sales_heap'))
      await client.query(`SET lock_timeout = 1000; ${ADD_COLUMN}`)
      return [before, stream.ledger.commit]
    })
    expect(commits[1]).toBe(commits[0])
    await stream.reached(commits[0]! + 10)
    await stream.pause()
    expect(await stream.verify()).toMatchObject({ equal: true })
    const client = await useClient(stream.connection)
    const { rows } = await client.query<Record<string, unknown>>(
      `SELECT * FROM ${stream.connection.schema}.store_sales_heap`,
    )
    expect(new Set(rows.map(({ added }) => added))).toEqual(new Set([null]))
    expect(rows).toHaveLength(stream.ledger.at().count('store_sales_heap'))
    expect(Object.keys([...stream.ledger.at().rows('store_sales_heap')][0]!)).not.toContain('added')
    await stream.stop()
  })

  test('works while the stream is idle, prepared or not, and paused, and leaves its state', async () => {
    await using stream = await open()
    expect(await stream.during(async (client) => (await client.query('SELECT 1')).rowCount)).toBe(1)
    expect(stream.state).toBe('idle')
    await stream.during((client) => client.query(ADD_COLUMN))
    await stream.step(2)
    await stream.during((client) => client.query(ADD_COLUMN.replace('added', 'further')))
    expect([stream.state, stream.ledger.commit]).toEqual(['paused', 2])
    await stream.step(3)
    expect(await stream.verify()).toMatchObject({ equal: true, commit: 5 })
  })

  test.each([
    ['on the caller’s thread', { tables: [orders] }, 'orders'],
    ['with transactions that overlap', { writers: 4, lateCommit: 0.5, interval: 1 }, 'store_sales_heap'],
    ['with a long transaction', { longTransaction: 5 }, 'store_returns_heap'],
  ])('works %s, where nothing may hold a lock', async (_, options, table) => {
    await using stream = await open(options)
    await stream.start()
    for (const round of [1, 2, 3]) {
      await stream.reached(stream.ledger.commit + 7)
      await stream.during((client) =>
        client.query(`SET lock_timeout = 5000; ALTER TABLE ${table} ADD COLUMN added${round} int`),
      )
    }
    await stream.reached(stream.ledger.commit + 10)
    await stream.stop()
    expect(await stream.verify()).toMatchObject({ equal: true })
  })

  test('calls follow one another', async () => {
    await using stream = await open()
    await stream.start()
    let [working, most] = [0, 0]
    const work = async (): Promise<number> =>
      stream.during(async (client) => {
        most = Math.max(most, ++working)
        await client.query('SELECT pg_sleep(0.02)')
        return working--
      })
    await Promise.all([work(), work(), work()])
    expect(most).toBe(1)
    await stream.stop()
  })

  test('an error of the callback rejects the call; its transaction is gone, and the stream goes on', async () => {
    await using stream = await open()
    await stream.start()
    const failing = stream.during(async (client) => {
      await client.query(`BEGIN; ${ADD_COLUMN}`)
      throw new RangeError('changed my mind')
    })
    await expect(failing).rejects.toThrow(new RangeError('changed my mind'))
    await expect(stream.during((client) => client.query('SELECT nonsense'))).rejects.toMatchObject({ code: '42703' })
    await stream.reached(stream.ledger.commit + 5)
    await stream.during((client) => client.query(ADD_COLUMN))
    await stream.stop()
    expect(await stream.verify()).toMatchObject({ equal: true })
  })

  test('a callback that ends its own session, or leaves a transaction open, does no harm', async () => {
    await using stream = await open()
    await stream.start()
    await stream.during((client) => client.end())
    await stream.during((client) => client.query(`BEGIN; ${ADD_COLUMN}`))
    await stream.reached(stream.ledger.commit + 5)
    expect(await stream.stop()).toMatchObject({ retries: 0 })
  })

  test('a stream that is stopped, aborted or disposed meanwhile does not wait for the callback', async () => {
    const ends: ((stream: CdcStream, abort: AbortController) => unknown)[] = [
      (stream) => stream.stop(),
      (_, abort) => abort.abort(),
      (stream) => stream[Symbol.asyncDispose](),
    ]
    for (const end of ends) {
      const abort = new AbortController()
      await using stream = await open({ signal: abort.signal })
      await stream.start()
      let entered = (): void => {}
      const inside = new Promise<void>((resolve) => (entered = resolve))
      const waiting = stream.during(async (client) => {
        await client.query(`BEGIN; ${ADD_COLUMN}`)
        entered()
        await client.query('SELECT pg_sleep(3600)')
      })
      const outcome = waiting.catch((error: unknown) => error)
      await inside
      await end(stream, abort)
      expect(await outcome).toMatchObject({ code: 'ERR_CDC_STATE' })
      await stream.finished
      await expect(stream.during(async () => {})).rejects.toMatchObject({ code: 'ERR_CDC_STATE' })
    }
  })

  test('pauses that are asked for inside hold afterwards; steps and starts are refused inside', async () => {
    await using stream = await open()
    await stream.during(() =>
      expect(stream.start()).rejects.toThrow(cdcError('ERR_CDC_STATE', '`start()`', '`during()`')),
    )
    await stream.start()
    await stream.during(async () => {
      await stream.pause()
      await expect(stream.step()).rejects.toThrow(cdcError('ERR_CDC_STATE', '`step()`', '`during()`'))
    })
    const { commit } = stream.ledger
    await stream.step()
    expect(stream.ledger.commit).toBe(commit + 1)
  })

  test('is refused without a database', async () => {
    await using stream = createCdcStream({ ...OPTIONS, target: 'none' })
    await expect(stream.during(async () => {})).rejects.toThrow(cdcError('ERR_CDC_STATE', '`none`', '`target`'))
  })
})

describe('DDL that a stream can go on with', () => {
  test.each([
    'ALTER TABLE store_sales_heap ADD COLUMN added int NOT NULL DEFAULT 7',
    'CREATE INDEX ON store_sales_heap (ss_item_sk)',
    'CREATE UNIQUE INDEX ON store_sales_heap (ss_id, ss_item_sk)',
    'CREATE UNIQUE INDEX ON store_sales_heap (ss_item_sk, ss_ticket_number)',
    'CREATE TABLE further (id int)',
    'CREATE VIEW sums AS SELECT ss_store_sk, sum(ss_net_paid) FROM store_sales_heap GROUP BY 1',
    'ALTER TABLE store_sales_heap DROP CONSTRAINT store_sales_heap_pkey',
  ])('%s', async (sql) => {
    await using stream = await open()
    await stream.step(3)
    await stream.during((client) => client.query(sql))
    await stream.step(5)
    expect(await stream.verify()).toMatchObject({ equal: true, commit: 8 })
  })
})

describe('DDL that ends a stream, with one clear error', () => {
  test.each([
    ['DROP TABLE store_sales_heap', ['store_sales_heap', 'dropped', 'renamed']],
    ['ALTER TABLE store_returns_heap RENAME TO r', ['store_returns_heap', 'dropped', 'renamed']],
    [
      'ALTER TABLE store_sales_heap RENAME TO old; CREATE TABLE store_sales_heap (LIKE old)',
      ['store_sales_heap', 'another table'],
    ],
    ['ALTER TABLE store_sales_heap DROP COLUMN ss_quantity', ['store_sales_heap', '`ss_quantity`', 'dropped']],
    [
      'ALTER TABLE store_sales_heap ALTER ss_quantity TYPE int8',
      ['store_sales_heap', '`ss_quantity`', 'bigint', 'integer'],
    ],
    [
      `DELETE FROM store_sales_heap WHERE ss_quantity IS NULL; ALTER TABLE store_sales_heap ALTER ss_quantity SET NOT NULL`,
      ['store_sales_heap', '`ss_quantity`', 'NOT NULL'],
    ],
    [
      'ALTER TABLE store_sales_heap ADD must int DEFAULT 1 NOT NULL; ALTER TABLE store_sales_heap ALTER must DROP DEFAULT',
      ['store_sales_heap', '`must`', 'NOT NULL', 'default'],
    ],
    [
      'CREATE UNIQUE INDEX one ON store_sales_heap (ss_store_sk, ss_item_sk) WHERE ss_id < 0',
      ['store_sales_heap', '`one`', '(ss_item_sk, ss_store_sk)'],
    ],
  ])('%s', async (sql, [table, ...named]) => {
    const events: StreamEvent[] = []
    await using stream = await open({ observe: (event) => void events.push(event) })
    await stream.start()
    const error = cdcError('ERR_CDC_TARGET', `${stream.connection.schema}.${table}`, ...named)
    await expect(stream.during((client) => client.query(sql))).rejects.toThrow(error)
    expect(stream.state).toBe('failed')
    for (const again of [() => stream.finished, () => stream.stop(), () => stream.reached(1e6)]) {
      await expect(again()).rejects.toThrow(error)
    }
    expect(events.filter(({ type }) => type === 'retry')).toEqual([])
  })

  test('also after an error of the callback', async () => {
    await using stream = await open()
    await stream.start()
    const failing = stream.during(async (client) => {
      await client.query('ALTER TABLE store_sales_heap DROP COLUMN ss_quantity')
      throw new RangeError('too late')
    })
    await expect(failing).rejects.toThrow(cdcError('ERR_CDC_TARGET', 'store_sales_heap', '`ss_quantity`', 'dropped'))
    expect(stream.state).toBe('failed')
  })
})

test('a prepared statement that DDL has made stale is prepared anew, and the batch is written once', async () => {
  const events: StreamEvent[] = []
  await using stream = await open({ observe: (event) => void events.push(event) })
  await stream.during((client) =>
    client.query(`
      CREATE TABLE watched (a int);
      CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM pg_prepared_statements WHERE name = 'look') THEN
          EXECUTE format('PREPARE look AS SELECT * FROM %I.watched', TG_TABLE_SCHEMA);
        END IF;
        EXECUTE 'EXECUTE look';
        RETURN NULL;
      END $$;
      CREATE TRIGGER look AFTER INSERT ON store_sales_heap EXECUTE FUNCTION look();`),
  )
  await stream.step(3)
  await stream.during((client) => client.query('ALTER TABLE watched ADD COLUMN b int'))
  await stream.step(3)
  const reasons = events.flatMap((event) => (event.type === 'retry' ? [event.reason] : []))
  expect(reasons).toEqual(['cached plan must not change result type'])
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 6 })
})
