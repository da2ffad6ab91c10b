import type { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { resolveOptions } from '../../src/options/resolve-options.js'
import type { ExplorableStream } from '../../src/stream/explorable-stream.js'
import { explorableOf, RerunnableStream } from '../../src/stream/rerunnable-stream.js'
import type { Aim, Scene } from '../../src/driver/scene.js'
import { LocalStage } from '../../src/driver/stage.js'
import { storeSales } from '../../src/tables/store-sales.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { useClient, useRole, useSchema } from '../support/server.js'

/** No commit takes so long: where it is waited for, somebody has told. */
const FOR_EVER = 600_000

const PLACE = 'SELECT 1'

interface Setting {
  readonly stage: LocalStage
  readonly stream: ExplorableStream
  readonly connection: ConnectionOptions
  /** The stream's table. */
  readonly sales: string
  /** A session over the wire. */
  readonly job: () => Promise<Client>
}

/** A stream with one commit, and a stage beside it: on this thread, because its table is given inline. */
async function useStage(patience = FOR_EVER): Promise<Setting> {
  const connection = await useRole(await useSchema())
  const given = {
    tables: [storeSales],
    target: connection,
    environment: {},
    createTables: true,
    batches: 20,
    batchSize: 20,
    interval: 0,
    ratio: { insert: 50, update: 50 },
  }
  const made = new RerunnableStream(resolveOptions(given), given, {}, { ownsSchema: true })
  onTestFinished(() => made[Symbol.asyncDispose]())
  const stream = explorableOf(made)
  await made.step()
  const stage = await LocalStage.open({ connection }, { patience })
  onTestFinished(() => stage.close())
  const job = (): Promise<Client> => useClient({ ...stage.connection, schema: connection.schema })
  return { stage, stream, connection, sales: `${connection.schema}.${storeSales.name}`, job }
}

/** Says the place once, to learn its name, and then begins anew with a commit before it. */
async function aim({ stage, stream, job }: Setting): Promise<void> {
  await stage.begin(undefined, [])
  await (await job()).query(PLACE)
  await stage.begin(stream.driver, aimsAt(await stage.end()))
}

function aimsAt({ places }: Scene): readonly Aim[] {
  const found = places.filter(({ statement }) => statement === PLACE)
  return found.map(({ id }) => ({ place: id, deed: { done: 'commit', commits: 1 } }))
}

const outcomes = ({ passages }: Scene): unknown[] => passages.map(({ outcome, error }) => error ?? outcome)

/** Waits until a session waits for a lock of the table. */
async function untilSomebodyWaits(client: Client, table: string): Promise<void> {
  const waiting = `SELECT FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_locks WHERE relation = '${table}'::regclass)`
  await expect.poll(async () => (await client.query(waiting)).rowCount, { timeout: 20_000 }).toBeGreaterThan(0)
}

/** Waits until it was asked so many times who waits for whom. */
async function untilLookedAt(client: Client, times: number): Promise<void> {
  const look = `SELECT query_start::text AS at FROM pg_stat_activity
                 WHERE usename = current_user AND application_name LIKE '%monitor' AND query LIKE '%pg_blocking_pids%'`
  const looks = new Set<string>()
  const count = async (): Promise<number> => {
    for (const { at } of (await client.query<{ at: string }>(look)).rows) looks.add(at)
    return looks.size
  }
  await expect.poll(count, { timeout: 20_000, interval: 5 }).toBeGreaterThanOrEqual(times)
}

test.each([
  ['rows that it has changed', (sales: string) => `UPDATE ${sales} SET ss_quantity = ss_quantity`],
  ['rows that it has read for an update', (sales: string) => `SELECT FROM ${sales} FOR UPDATE`],
  ['the table', (sales: string) => `LOCK TABLE ${sales} IN SHARE MODE`],
])('a commit that waits for the session at the place is blocked: %s', async (_, hold) => {
  const setting = await useStage()
  await aim(setting)
  const job = await setting.job()
  await job.query('BEGIN')
  await job.query(hold(setting.sales))
  await job.query(PLACE)
  await job.query('COMMIT')
  expect(outcomes(await setting.stage.end())).toEqual(['blocked'])
})

test('also where it waits for somebody who waits for the session', async () => {
  const setting = await useStage()
  await aim(setting)
  const [job, other] = [await setting.job(), await useClient(setting.connection)]
  await job.query('BEGIN')
  await job.query(`SELECT FROM ${setting.sales}`)
  const locked = other.query(`BEGIN; LOCK TABLE ${setting.sales} IN ACCESS EXCLUSIVE MODE; COMMIT`)
  await untilSomebodyWaits(await useClient(setting.connection), setting.sales)
  await job.query(PLACE)
  await job.query('COMMIT')
  await locked
  expect(outcomes(await setting.stage.end())).toEqual(['blocked'])
})

test('a commit that waits for another session of the job is made once that has let go', async () => {
  const setting = await useStage()
  await aim(setting)
  const [job, beside] = [await setting.job(), await setting.job()]
  await beside.query('BEGIN')
  await beside.query(`LOCK TABLE ${setting.sales} IN SHARE MODE`)
  const passed = job.query(PLACE)
  await untilLookedAt(await useClient(setting.connection), 3)
  await beside.query('COMMIT')
  await passed
  expect(outcomes(await setting.stage.end())).toEqual(['made'])
})

test('where nobody tells for whom a commit waits, it is blocked after a time', async () => {
  const setting = await useStage(200)
  await aim(setting)
  const [job, other] = [await setting.job(), await useClient(setting.connection)]
  await other.query('BEGIN')
  await other.query(`LOCK TABLE ${setting.sales} IN SHARE MODE`)
  await job.query(PLACE)
  await other.query('COMMIT')
  expect(outcomes(await setting.stage.end())).toEqual(['blocked'])
})

test('what fails after it was blocked is told', async () => {
  const setting = await useStage(1)
  const { stage } = setting
  await stage.begin(undefined, [])
  const job = await setting.job()
  await job.query(PLACE)
  const aims = aimsAt(await stage.end())
  let fail: (error: Error) => void = () => {}
  const step = (): Promise<void> => new Promise((_, reject) => (fail = reject))
  await stage.begin({ step }, aims)
  await job.query(PLACE)
  fail(new Error('too late'))
  expect(await stage.end()).toMatchObject({ passages: [{ outcome: 'blocked', error: 'too late' }] })
})
