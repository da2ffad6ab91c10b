import type { Client } from 'pg'
import { expect, test } from 'vitest'
import { createCdcStream } from '../../src/index.js'
import { dialects } from '../../src/database/dialects.js'
import { openSession } from '../../src/writer/session.js'
import { createExistingTables } from '../support/existing-rows.js'
import { useClient, useRole, useSchema } from '../support/server.js'

/** Longer than a test may take: nothing here ends because time is up. */
const options = { batchSize: 20, interval: 0, retryFor: 600_000 } as const

/** Waits until a statement of a user waits for a lock, or until none does. */
async function until(client: Client, user: string, waits: boolean, text = ''): Promise<void> {
  const find = `SELECT 1 FROM pg_stat_activity WHERE usename = $1 AND state = 'active' AND query LIKE '%' || $2 || '%'
                   ${waits ? "AND wait_event_type = 'Lock'" : ''}`
  while (((await client.query(find, [user, text])).rowCount !== 0) !== waits);
}

test.each([
  ['counted', 'count(*)', 'store_sales_heap'],
  // To leave out sales that have a return, which are not of this stream.
  ['sampled', 'COPY (SELECT', 'store_returns_heap'],
])('a stream that is stopped while rows are %s ends at once, and so does its question', async (_, text, locked) => {
  const connection = await useRole(await useSchema())
  const { schema, user } = connection
  // What goes on is told anew outside of a transaction only.
  const [client, locker] = [await useClient(), await useClient()]
  await createExistingTables(client, schema, 400)
  await locker.query(`BEGIN; LOCK TABLE ${schema}.${locked} IN ACCESS EXCLUSIVE MODE`)
  await using stream = createCdcStream({ ...options, target: connection, tables: 'sales', seed: 4 })
  const started = stream.start()
  started.catch(() => {})
  await until(client, user, true, text)
  expect(await stream.stop()).toMatchObject({ commits: 0 })
  expect(stream.state).toBe('stopped')
  await expect(started).rejects.toMatchObject({ code: 'ERR_CDC_STATE' })
  await until(client, user, false)
  await locker.query('ROLLBACK')
})

test('a comparison that is aborted ends at once, and so does its question', async () => {
  const connection = await useRole(await useSchema())
  const [client, locker] = [await useClient(), await useClient()]
  await using stream = createCdcStream({ ...options, target: connection, createTables: true, seed: 5 })
  await stream.step(2)
  await locker.query(`BEGIN; LOCK TABLE ${connection.schema}.store_returns_heap IN ACCESS EXCLUSIVE MODE`)
  const controller = new AbortController()
  const verified = stream.verify({ signal: controller.signal })
  verified.catch(() => {})
  await until(client, connection.user, true, 'COPY (SELECT')
  controller.abort(new Error('enough'))
  await expect(verified).rejects.toThrow('enough')
  await until(client, connection.user, false)
  await locker.query('ROLLBACK')
  expect(await stream.verify()).toMatchObject({ equal: true })
})

test('scans are turned off for finding rows, and on again, as the role has them, for reading tables', async () => {
  const connection = await useSchema()
  const session = await openSession({ connection, tables: [], answerWithin: 60_000 })
  const cluster = { ...session.dialect, name: 'cloudberry' as const }
  const client = Object.assign(session.client, { describe: () => Promise.resolve(cluster) })
  const show = async (): Promise<unknown> => (await session.client.query('SHOW enable_seqscan')).rows[0]
  expect(dialects[cluster.name].findingSettings).toEqual({ enable_seqscan: 'off' })
  await client.reading(async () => expect(await show()).toEqual({ enable_seqscan: 'on' }), true)
  expect(await show()).toEqual({ enable_seqscan: 'off' })
  await client.reading(async () => expect(await show()).toEqual({ enable_seqscan: 'on' }), true)
  await session.client.close()
})
