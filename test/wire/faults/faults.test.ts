import { once } from 'node:events'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Client, type QueryConfig, type QueryResult } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { from as copyFrom } from 'pg-copy-streams'
import type { ConnectionOptions } from '../../../src/database/connection/connection.js'
import { type Fault, type FaultKind, connectionPlace } from '../../../src/wire/faults/fault.js'
import { Striker } from '../../../src/wire/faults/striker.js'
import type { Wire } from '../../../src/wire/wire.js'
import { useClient, useSchema } from '../../support/server.js'
import * as wire from '../support/messages.js'
import { RawSession } from '../support/raw-session.js'
import { useWire } from '../support/use-wire.js'

const PATIENCE = 30_000

interface Struck {
  readonly job: Wire
  readonly striker: Striker
  readonly table: string
  /** What others see of the table. */
  readonly numbers: () => Promise<number[]>
  /** A session of the job. */
  readonly connect: () => Promise<Client>
}

/** A wire that breaks once before the first statement in which a word stands, and a table with three rows. */
async function useStruck(
  word: string,
  kind: FaultKind,
  more: Partial<Fault & { patience: number }> = {},
): Promise<Struck> {
  const connection: ConnectionOptions = await useSchema()
  const admin = await useClient(connection)
  const table = `${connection.schema}.numbers`
  await admin.query(`CREATE TABLE ${table} AS SELECT n FROM generate_series(1, 3) n`)
  const job = await useWire({ connection })
  const striker = new Striker(job)
  onTestFinished(async () => void (await striker.end()))
  const { patience = PATIENCE, ...fault } = { lateBy: 0, restartFor: 0, ...more }
  const strike = { fault: { kind, ...fault }, patience }
  striker.begin(new Map(word === '' ? [[connectionPlace(1).id, strike]] : []))
  let isStruck = false
  job.setHook((place) => {
    if (isStruck || word === '' || !place.statement.includes(word)) return undefined
    isStruck = true
    return striker.strike(place, strike)
  })
  const numbers = async (): Promise<number[]> =>
    (await admin.query<{ n: number }>(`SELECT n FROM ${table} ORDER BY n`)).rows.map(({ n }) => n)
  const connect = async (): Promise<Client> => {
    const { host, port, database, user, password } = job.connection
    const client = new Client({ host, port, database, user, password })
    client.on('error', () => {})
    await client.connect()
    return client
  }
  return { job, striker, table, numbers, connect }
}

const LEFT = [1, 2, 3]
const ADDED = [11, 12, 13]

/** Without parameters, `pg` sends it as simple all the same; its types do not know of this. */
const extended = (text: string): QueryConfig => Object.assign({ text }, { queryMode: 'extended' })

/** The ways in which a statement is sent. */
const protocols = {
  simple: (client: Client, text: string): Promise<QueryResult> => client.query(text),
  extended: (client: Client, text: string): Promise<QueryResult> => client.query(extended(text)),
  named: (client: Client, text: string): Promise<QueryResult> => client.query({ text, name: text.slice(0, 30) }),
}

/** An error of the connection, not of the server. */
const BROKEN = /terminated unexpectedly|ECONNRESET/

describe.each(Object.entries(protocols))('%s', (_, ask) => {
  const add = (table: string): string => `UPDATE ${table} SET n = n + 10`

  test.each([
    ['cut-before', LEFT],
    ['cut-after', ADDED],
  ] as const)('a single statement: %s', async (kind, left) => {
    const { table, numbers, connect } = await useStruck('UPDATE', kind)
    const client = await connect()
    await expect(ask(client, add(table))).rejects.toThrow(BROKEN)
    expect(await numbers()).toEqual(left)
    const again = await connect()
    expect((await ask(again, add(table))).rowCount).toBe(3)
    await again.end()
  })

  test.each([
    ['UPDATE', 'cut-before', LEFT],
    ['UPDATE', 'cut-after', LEFT],
    ['COMMIT', 'commit-undone', LEFT],
    ['COMMIT', 'commit-done', ADDED],
  ] as const)('in a transaction, at %s: %s', async (word, kind, left) => {
    const { job, table, numbers, connect } = await useStruck(word, kind)
    const client = await connect()
    const work = async (): Promise<void> => {
      for (const sql of ['BEGIN', add(table), 'COMMIT']) await ask(client, sql)
    }
    await expect(work()).rejects.toThrow(BROKEN)
    // Nothing waits for a lock that a dead session holds.
    expect(await numbers()).toEqual(left)
    const again = await connect()
    await ask(again, `SET lock_timeout = 1`)
    expect((await ask(again, add(table))).rowCount).toBe(3)
    await again.end()
    expect(job.sessions().length).toBeLessThanOrEqual(1)
  })

  test.each(['40001', '40P01', '57014', '53300'] as const)('an error: %s', async (code) => {
    const { table, numbers, connect } = await useStruck('UPDATE', code)
    const client = await connect()
    await expect(ask(client, add(table))).rejects.toMatchObject({ code })
    expect(await numbers()).toEqual(LEFT)
    // The session goes on, with the statement that it has prepared.
    expect((await ask(client, add(table))).rowCount).toBe(3)
    expect(await numbers()).toEqual(ADDED)
    await client.end()
  })

  test.each(['40001', '57014'] as const)('an error in a transaction, which has failed: %s', async (code) => {
    const { table, numbers, connect } = await useStruck('UPDATE', code)
    const client = await connect()
    await ask(client, 'BEGIN')
    await expect(ask(client, add(table))).rejects.toMatchObject({ code })
    await expect(ask(client, 'SELECT 1')).rejects.toMatchObject({ code: '25P02' })
    await ask(client, 'ROLLBACK')
    for (const sql of ['BEGIN', add(table), 'COMMIT']) await ask(client, sql)
    expect(await numbers()).toEqual(ADDED)
    await client.end()
  })

  test('an error of a COMMIT, which has ended its transaction', async () => {
    const { table, numbers, connect } = await useStruck('COMMIT', '40001')
    const client = await connect()
    for (const sql of ['BEGIN', add(table)]) await ask(client, sql)
    await expect(ask(client, 'COMMIT')).rejects.toMatchObject({ code: '40001' })
    expect(await numbers()).toEqual(LEFT)
    for (const sql of ['BEGIN', add(table), 'COMMIT']) await ask(client, sql)
    expect(await numbers()).toEqual(ADDED)
    await client.end()
  })

  test('an answer that comes late', async () => {
    const { table, numbers, connect } = await useStruck('UPDATE', 'late', { lateBy: 50 })
    const client = await connect()
    const begun = performance.now()
    expect((await ask(client, add(table))).rowCount).toBe(3)
    expect(performance.now() - begun).toBeGreaterThanOrEqual(45)
    expect(await numbers()).toEqual(ADDED)
    await client.end()
  })

  test('a connection that is half open: the job waits until its own time is over', async () => {
    const { job, striker, table, numbers, connect } = await useStruck('UPDATE', 'half-open')
    const client = await connect()
    await ask(client, 'BEGIN')
    let isHeard = false
    const answer = ask(client, add(table)).finally(() => (isHeard = true))
    answer.catch(() => {})
    const again = await connect()
    // The server has let go of it, and others work.
    while (job.sessions().filter(({ transaction }) => transaction === 'open').length > 1);
    expect((await ask(again, `UPDATE ${table} SET n = n + 1`)).rowCount).toBe(3)
    expect(await numbers()).toEqual([2, 3, 4])
    expect(isHeard).toBe(false)
    await again.end()
    await striker.end()
    await expect(answer).rejects.toThrow(BROKEN)
  })
})

describe('in a pipeline', () => {
  const group = (sql: string): Buffer[] => [wire.parse(sql), wire.bind(), wire.execute()]
  const letters = (bytes: Buffer): string =>
    wire
      .split(bytes)
      .map(({ type }) => type)
      .join('')

  test('an error comes in its turn, and what is behind it is skipped', async () => {
    const { job, table, numbers } = await useStruck('+ 10', '40001')
    await using session = await RawSession.open(job.connection)
    const close = wire.closeStatement('none')
    const answer = await session.ask(
      ...group(`UPDATE ${table} SET n = n + 1`),
      close,
      ...group(`UPDATE ${table} SET n = n + 10`),
      ...group('SELECT 1'),
      wire.sync,
    )
    expect(letters(answer)).toBe('12C31EZ')
    expect(await numbers()).toEqual(LEFT)
    expect(letters(await session.ask(...group('SELECT 1'), wire.sync))).toBe('12DCZ')
  })

  test('a connection breaks before the group is committed', async () => {
    const { job, table, numbers } = await useStruck('+ 10', 'cut-after')
    await using session = await RawSession.open(job.connection)
    const answer = session.ask(...group(`UPDATE ${table} SET n = n + 10`), ...group('SELECT 1'), wire.sync)
    await expect(answer).rejects.toThrow('over')
    expect(await numbers()).toEqual(LEFT)
  })

  test('a COMMIT that is prepared', async () => {
    const { job, table, numbers } = await useStruck('COMMIT', '40001')
    await using session = await RawSession.open(job.connection)
    await session.ask(...group('BEGIN'), ...group(`UPDATE ${table} SET n = n + 10`), wire.sync)
    expect(wire.split(await session.ask(...group('COMMIT'), wire.sync)).slice(-2)).toMatchObject([
      { type: 'E' },
      { bytes: wire.ready('I') },
    ])
    expect(await numbers()).toEqual(LEFT)
  })

  test('a statement that is prepared only, where that takes a snapshot', async () => {
    const { job } = await useStruck('SELECT', '57014')
    await using session = await RawSession.open(job.connection)
    await session.ask(wire.query('BEGIN ISOLATION LEVEL REPEATABLE READ'))
    expect(letters(await session.ask(wire.parse('SELECT 1', 'own'), wire.describeStatement('own'), wire.sync))).toBe(
      'EZ',
    )
    await session.ask(wire.query('ROLLBACK'))
    expect(letters(await session.ask(wire.parse('SELECT 1', 'own'), wire.sync))).toBe('1Z')
  })
})

describe('rows that a job sends', () => {
  test.each([
    ['cut-before', LEFT],
    ['cut-after', [1, 2, 3, 7, 8]],
    ['57014', LEFT],
    ['half-open', LEFT],
  ] as const)('%s', async (kind, left) => {
    const more = kind === 'half-open' ? { patience: 10 } : {}
    const { table, numbers, connect } = await useStruck('COPY', kind, more)
    const client = await connect()
    const copy = pipeline(Readable.from(['7\n', '8\n']), client.query(copyFrom(`COPY ${table} FROM STDIN`)))
    copy.catch(() => {})
    await expect(copy).rejects.toThrow(kind === '57014' ? /cancel/ : BROKEN)
    expect(await numbers()).toEqual(left)
  })
})

test('a restart ends all sessions, and refuses who comes back', async () => {
  const { table, numbers, connect } = await useStruck('UPDATE', 'restart')
  const [client, other] = [await connect(), await connect()]
  for (const sql of ['BEGIN', `DELETE FROM ${table}`]) await other.query(sql)
  const told = new Promise<Error>((resolve) => other.on('error', resolve))
  await expect(client.query(`UPDATE ${table} SET n = n + 10`)).rejects.toMatchObject({ code: '57P01' })
  expect(await told).toMatchObject({ code: '57P01' })
  expect(await numbers()).toEqual(LEFT)
  await expect(connect()).rejects.toMatchObject({ code: '57P03' })
  const again = await connect()
  expect((await again.query('SELECT 1')).rowCount).toBe(1)
  await again.end()
})

test('a restart ends a statement that goes on', async () => {
  const { job, numbers, table, connect } = await useStruck('UPDATE', 'restart')
  const [client, other] = [await connect(), await connect()]
  const busy = other.query(`DELETE FROM ${table} WHERE pg_sleep(60) IS NOT NULL`)
  busy.catch(() => {})
  while (!job.sessions().some(({ place }) => place?.statement.includes('pg_sleep'))) await client.query('SELECT 1')
  await expect(client.query(`UPDATE ${table} SET n = n + 10`)).rejects.toMatchObject({ code: '57P01' })
  await expect(busy).rejects.toMatchObject({ code: '57P01' })
  expect(await numbers()).toEqual(LEFT)
})

test('a server that restarts for a while refuses all who come meanwhile', async () => {
  const { connect } = await useStruck('SELECT', 'restart', { restartFor: 60_000 })
  const client = await connect()
  await expect(client.query('SELECT 1')).rejects.toMatchObject({ code: '57P01' })
  for (let attempt = 0; attempt < 3; attempt++) await expect(connect()).rejects.toMatchObject({ code: '57P03' })
})

test('too many connections: one is refused', async () => {
  const { connect: logIn } = await useStruck('', '53300')
  await expect(logIn()).rejects.toMatchObject({ code: '53300' })
  await (await logIn()).end()
})

test('who is refused may say more: it goes nowhere, and others are served', async () => {
  const { job } = await useStruck('', '53300')
  const refused = connect(job.connection.port, job.connection.host)
  refused.write(wire.startup({ user: 'nobody' }))
  await once(refused, 'data')
  await new Promise<void>((resolve) => refused.end(wire.terminate, () => resolve()))
  await using session = await RawSession.open(job.connection)
  expect(await session.ask(wire.query('SELECT 1'))).toBeDefined()
})

test('who waits for longer than he may is cut', async () => {
  const { striker, connect } = await useStruck('SELECT', 'half-open', { patience: 10 })
  const client = await connect()
  await expect(client.query('SELECT 1')).rejects.toThrow(BROKEN)
  expect(await striker.end()).toMatchObject({ isOverdue: true, places: [{ statement: 'SELECT 1' }] })
})
