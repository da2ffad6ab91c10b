import type { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { RerunnableStream } from '../../src/stream/rerunnable-stream.js'
import { resolveOptions } from '../../src/options/resolve-options.js'
import { RemotePool } from '../../src/driver/remote-pool.js'
import { createTableSql } from '../../src/database/create-table.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { cdcError } from '../support/cdc-error.js'
import { useClient, useRole, useSchema } from '../support/server.js'

/** A user whose only sessions are those of the pool. */
interface Place {
  readonly pool: RemotePool
  readonly connection: ConnectionOptions
  /** Another user's. */
  readonly admin: Client
}

async function usePlace(): Promise<Place> {
  const server = await useSchema()
  const pool = new RemotePool()
  onTestFinished(() => pool[Symbol.asyncDispose]())
  return { pool, connection: await useRole(server), admin: await useClient(server) }
}

async function useTables({ admin, connection }: Place): Promise<ConnectionOptions> {
  const { schema } = await useSchema()
  for (const table of [storeSales, storeReturns]) await admin.query(createTableSql(table, schema, 'postgres'))
  return { ...connection, schema }
}

function useStream({ pool }: Place, target: ConnectionOptions): RerunnableStream {
  const options = resolveOptions({
    batchSize: 20,
    interval: 0,
    ratio: { insert: 7, update: 2, delete: 1 },
    retryFor: 0,
  })
  const stream = new RerunnableStream(options, { target }, {}, { pool })
  onTestFinished(() =>
    stream.stop().then(
      () => {},
      () => {},
    ),
  )
  return stream
}

async function sessions({ admin, connection }: Place): Promise<readonly number[]> {
  const { rows } = await admin.query<{ pid: number }>('SELECT pid FROM pg_stat_activity WHERE usename = $1', [
    connection.user,
  ])
  return rows.map(({ pid }) => pid)
}

async function locks({ admin }: Place, pid: number): Promise<number> {
  const { rowCount } = await admin.query('SELECT 1 FROM pg_locks WHERE pid = $1', [pid])
  return rowCount ?? 0
}

/** Writes to new tables, and returns the server processes that there are then. */
async function write(place: Place): Promise<readonly number[]> {
  const stream = useStream(place, await useTables(place))
  await stream.step(4)
  await stream.stop()
  const waiting = await sessions(place)
  expect(await stream.verify()).toMatchObject({ equal: true })
  return waiting
}

test('streams on one server write with one session, which holds nothing between them', async () => {
  const place = await usePlace()
  const [pid, ...others] = await write(place)
  expect(others).toEqual([])
  expect(await locks(place, pid!)).toBe(0)
  for (let stream = 0; stream < 3; stream++) expect(await write(place)).toEqual([pid])
})

test('two streams at once have a session each, and the next ones take these', async () => {
  const place = await usePlace()
  const streams = [useStream(place, await useTables(place)), useStream(place, await useTables(place))]
  await Promise.all(streams.map((stream) => stream.step(2)))
  const both = await sessions(place)
  expect(both).toHaveLength(2)
  await Promise.all(streams.map((stream) => stream.stop()))
  expect(await write(place)).toEqual(both)
})

test('the tables of a stream that has ended are free', async () => {
  const place = await usePlace()
  const target = await useTables(place)
  const first = useStream(place, target)
  await first.step()
  await expect(useStream(place, target).step()).rejects.toThrow(
    cdcError('ERR_CDC_TARGET', `${target.schema}.store_sales_heap`, 'only'),
  )
  await first.stop()
  const second = useStream(place, target)
  await second.step()
  await second.stop()
})

test('a session that died while it waited is replaced', async () => {
  const place = await usePlace()
  const [pid] = await write(place)
  await place.admin.query('SELECT pg_terminate_backend($1, 10000)', [pid])
  const [next, ...others] = await write(place)
  expect(others).toEqual([])
  expect(next).not.toBe(pid)
})

test('the session of a stream that failed is not lent again', async () => {
  const place = await usePlace()
  const target = await useTables(place)
  const stream = useStream(place, target)
  await stream.step()
  const failed = await sessions(place)
  await place.admin.query(`DROP TABLE ${target.schema}.store_sales_heap CASCADE`)
  await expect(stream.step()).rejects.toThrow(cdcError('ERR_CDC_WRITE', `${target.schema}.store_sales_heap`))
  expect(failed).not.toEqual(await write(place))
})

test('other users get other sessions', async () => {
  const place = await usePlace()
  await write(place)
  const other = { ...(await usePlace()), pool: place.pool }
  expect(await write(other)).toHaveLength(1)
  expect(await sessions(place)).toHaveLength(1)
})

test('ends its sessions with itself', async () => {
  const place = await usePlace()
  await write(place)
  await place.pool[Symbol.asyncDispose]()
  await expect.poll(() => sessions(place), { interval: 5, timeout: 10_000 }).toEqual([])
})
