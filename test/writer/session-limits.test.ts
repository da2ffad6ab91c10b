import { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { createCdcStream, defineTable, type StreamEvent, type TableDefinition } from '../../src/index.js'
import { type Session, openSession } from '../../src/writer/session.js'
import { isLostConnection, isTransient } from '../../src/database/transient.js'
import { useClient, useRole, useSchema } from '../support/server.js'

const SMALL = { batchSize: 20, interval: 0, createTables: true, seed: 5 } as const

async function useSession(options: Parameters<typeof openSession>[0]): Promise<Session> {
  const session = await openSession(options)
  onTestFinished(() => session.client.close())
  return session
}

async function limitsOf({ client }: Session): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; setting: string }>(
    "SELECT name, setting FROM pg_settings WHERE name ~ '^(lock|statement|idle_in_transaction_session)_timeout$' OR name = 'application_name'",
  )
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))
}

test('a session that writes has limits, and its name', async () => {
  const connection = await useSchema()
  const session = await useSession({ connection, tables: ['t'], answerWithin: 60_000 })
  expect(await limitsOf(session)).toEqual({
    application_name: 'vitest-cloudberry-cdc',
    lock_timeout: '30000',
    statement_timeout: '1800000',
    idle_in_transaction_session_timeout: '300000',
  })
  const admin = await useClient()
  const { rows } = await admin.query('SELECT application_name FROM pg_stat_activity WHERE pid = $1', [
    session.backend.pid,
  ])
  expect(rows).toEqual([{ application_name: 'vitest-cloudberry-cdc' }])
})

test('limits that a role has already stay as they are', async () => {
  const connection = await useRole(await useSchema())
  const admin = await useClient()
  await admin.query(`ALTER ROLE ${connection.user} SET lock_timeout = '4s'`)
  await admin.query(`ALTER ROLE ${connection.user} SET statement_timeout = '5min'`)
  expect(await limitsOf(await useSession({ connection, tables: ['t'], answerWithin: 60_000 }))).toMatchObject({
    lock_timeout: '4000',
    statement_timeout: '300000',
    idle_in_transaction_session_timeout: '300000',
  })
})

test.for([
  ['lock_timeout', '55P03'],
  ['statement_timeout', '57014'],
] as const)('a batch that meets %s is written again', async ([limit, code]) => {
  const connection = await useRole(await useSchema())
  const admin = await useClient()
  const events: StreamEvent[] = []
  let told = (): void => {}
  const retried = new Promise<void>((resolve) => (told = resolve))
  await using stream = createCdcStream({
    ...SMALL,
    target: connection,
    batches: 3,
    observe: (event) => {
      events.push(event)
      if (event.type === 'retry') told()
    },
  })
  // What it takes to create the tables is not to be limited.
  const preparing = createCdcStream({ ...SMALL, target: connection, batches: 1 })
  await preparing.start()
  await preparing[Symbol.asyncDispose]()
  await admin.query(`ALTER ROLE ${connection.user} SET ${limit} = '200ms'`)
  await stream.step()
  await admin.query(`BEGIN; LOCK TABLE ${connection.schema}.store_sales_heap IN EXCLUSIVE MODE`)
  const stepped = stream.step()
  await retried
  await admin.query('COMMIT')
  await stepped
  expect(events.find(({ type }) => type === 'retry')).toMatchObject({ reason: expect.stringContaining('timeout') })
  expect(isTransient(Object.assign(new Error('timeout'), { code }))).toBe(true)
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 2 })
})

/** A table whose first UPDATE takes half a second to compute, in which the thread does nothing else. */
function slowTable(): TableDefinition {
  let isFirst = true
  return defineTable({
    name: 'slow',
    key: 'id',
    columns: [
      { name: 'id', type: 'int8' },
      { name: 'version', type: 'int4', recomputed: true },
    ],
    rows: () => ({
      fill: (cells, number, version) => {
        cells[1] = version
        // Rows of even numbers, and the first ones, are computed before the stream begins, to look at them.
        if (version === 0 || !isFirst || number % 2 === 0 || number < 100) return
        isFirst = false
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
      },
    }),
  })
}

test('a session that did nothing in its transaction for too long is replaced, and the batch is written once', async () => {
  const connection = await useRole(await useSchema())
  const admin = await useClient()
  await admin.query(`ALTER ROLE ${connection.user} SET idle_in_transaction_session_timeout = '100ms'`)
  // A run of so many rows is computed within its transaction; a shorter one is ready before.
  const options = { ...SMALL, batchSize: 6_000, ratio: { insert: 50, update: 50 }, batches: 4 }
  await using stream = createCdcStream({ ...options, target: connection, tables: [slowTable()] })
  await stream.start()
  expect(await stream.finished).toMatchObject({ commits: 4, retries: 1 })
  expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
})

test('what the server says of such a session counts as a lost connection', async () => {
  const { client } = await useSession({ connection: await useSchema(), tables: ['t'], answerWithin: 60_000 })
  await client.query("SET idle_in_transaction_session_timeout = '50ms'")
  if (!(client instanceof Client)) throw new TypeError('Expected a session of PostgreSQL.')
  const closed = new Promise<Error>((resolve) => client.once('error', resolve))
  await client.query('BEGIN')
  const error = await closed
  expect(error).toMatchObject({ code: '25P03' })
  expect([isLostConnection(error), isTransient(error)]).toEqual([true, true])
})
