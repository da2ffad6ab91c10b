import { Client, Pool } from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import type { Place, PlaceHook } from '../../src/wire/place.js'
import { useClient, useSchema } from '../support/server.js'
import * as wire from './support/messages.js'
import { latch } from './support/latch.js'
import { RawSession } from './support/raw-session.js'
import { told, useWire } from './support/use-wire.js'

const { bind, execute, parse, query, sync } = wire

/** A session of a job's, of `pg`. */
async function useJob({ host, port, database, user, password }: ConnectionOptions): Promise<Client> {
  const client = new Client({ host, port, database, user, password, ssl: false })
  client.on('error', () => {})
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

/** A table with one row, and what adds to it. */
async function useCounter(): Promise<{ table: string; add: () => Promise<void>; connection: ConnectionOptions }> {
  const connection = await useSchema()
  const admin = await useClient(connection)
  const table = `${connection.schema}.counter`
  await admin.query(`CREATE TABLE ${table} AS SELECT 1 AS n`)
  return { table, connection, add: async () => void (await admin.query(`UPDATE ${table} SET n = n + 1`)) }
}

/** The values of one column, as the server said them. */
function values(answer: Buffer): string[] {
  return wire.split(answer).flatMap(({ type, bytes }) => (type === 'D' ? [bytes.toString('utf8', 11)] : []))
}

describe('places', () => {
  test('have the text, the occurrence over all sessions, and what is known of their session', async () => {
    const job = await useWire()
    const [first, second] = [await useJob(job.connection), await useJob(job.connection)]
    await first.query('BEGIN')
    await first.query('SELECT 1')
    await second.query('SELECT 1')
    await first.query('SELECT $1::int', [5])
    await first.query('COMMIT')
    expect(told(job.places())).toEqual(['BEGIN', 'SELECT 1', 'SELECT 1 #2', 'SELECT $1::int', 'COMMIT'])
    const { rows } = await first.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    expect(job.places()[3]).toMatchObject({
      number: 4,
      protocol: 'extended',
      session: 1,
      backend: rows[0]!.pid,
      transaction: 'open',
      parameters: [],
    })
    expect(new Set(job.places().map(({ id }) => id)).size).toBe(6)
  })

  test('have the same names in the next conversation, whatever the sessions', async () => {
    const job = await useWire()
    const say = async (client: Client): Promise<readonly Place[]> => {
      for (const sql of ['SELECT 1', 'SELECT 2', 'SELECT 1']) await client.query(sql)
      return job.places()
    }
    const client = await useJob(job.connection)
    const before = await say(client)
    job.restart()
    expect(job.places()).toEqual([])
    expect(await say(client)).toEqual(before)
    job.restart()
    const others = await say(await useJob(job.connection))
    expect(others.map(({ id }) => id)).toEqual(before.map(({ id }) => id))
  })

  test('tell parameters only if asked, and cut short', async () => {
    const job = await useWire({ parameters: true })
    const client = await useJob(job.connection)
    await client.query('SELECT $1::text, $2::text, $3::bytea', ['short', null, Buffer.from([255, 0])])
    await client.query('SELECT length($1)', ['x'.repeat(100_000)])
    const [few, long] = job.places()
    expect(few?.parameters).toEqual(['short', null, '\\xff00'])
    expect(long?.parameters[0]?.length).toBe(40)
  })

  test('a text is told in 200 characters', async () => {
    const job = await useWire()
    await (await useJob(job.connection)).query(`SELECT\n  '${'x'.repeat(1_000)}'`)
    expect(job.places()[0]?.statement.length).toBe(200)
    expect(job.places()[0]?.statement).toMatch(/^SELECT 'xxx/)
  })

  test('a COPY is one, each way', async () => {
    const { table, connection } = await useCounter()
    const job = await useWire({ connection, onPlace: () => Promise.resolve() })
    const client = await useJob(job.connection)
    const lines = Array.from({ length: 50_000 }, (_, line) => `${line}\n`).join('')
    await pipeline(
      Readable.from([lines.slice(0, 100_001), lines.slice(100_001)]),
      client.query(copyFrom(`COPY ${table} FROM STDIN`)),
    )
    expect(await text(client.query(copyTo(`COPY (SELECT n FROM ${table} OFFSET 1) TO STDOUT`)))).toBe(lines)
    expect(told(job.places())).toEqual([`COPY ${table} FROM STDIN`, `COPY (SELECT n FROM ${table} OFFSET 1) TO STDOUT`])
    expect(job.stats()).toMatchObject({ statements: 2, rows: 100_000, transactions: 2, errors: 0 })
  })
})

describe('a statement that is held', () => {
  test.for([
    ['a query', (client: Client, sql: string) => client.query(sql)],
    ['a statement with parameters', (client: Client, sql: string) => client.query(`${sql} WHERE n <> $1`, [0])],
    ['a statement with a name', (client: Client, sql: string) => client.query({ name: 'a', text: sql })],
  ] as const)('sees what was done before it, and what came before does not: %s', async ([, ask]) => {
    const { table, add, connection } = await useCounter()
    const onPlace: PlaceHook = ({ number }) => (number === 2 ? add() : undefined)
    const job = await useWire({ connection, onPlace })
    const client = await useJob(job.connection)
    const seen = [await ask(client, `SELECT n FROM ${table}`), await ask(client, `SELECT n FROM ${table}`)]
    expect(seen.map(({ rows }) => rows)).toEqual([[{ n: 1 }], [{ n: 2 }]])
  })

  test.for(['REPEATABLE READ', 'SERIALIZABLE'])(
    'a transaction of %s has its snapshot from the first statement on',
    async (level) => {
      const { table, add, connection } = await useCounter()
      const job = await useWire({ connection })
      const client = await useJob(job.connection)
      const readAt = async (place: number): Promise<unknown[]> => {
        job.restart()
        job.setHook(({ number }) => (number === place ? add() : undefined))
        await client.query(`BEGIN ISOLATION LEVEL ${level}`)
        const rows = [
          ...(await client.query(`SELECT n FROM ${table}`)).rows,
          ...(await client.query(`SELECT n FROM ${table}`)).rows,
        ]
        await client.query('COMMIT')
        return rows
      }
      expect(await readAt(1)).toEqual([{ n: 2 }, { n: 2 }])
      expect(await readAt(2)).toEqual([{ n: 3 }, { n: 3 }])
      expect(await readAt(3)).toEqual([{ n: 3 }, { n: 3 }])
    },
  )

  test('a statement that is prepared ahead is held where it takes the snapshot', async () => {
    const { table, add, connection } = await useCounter()
    const job = await useWire({ connection, onPlace: ({ protocol }) => (protocol === 'parse' ? add() : undefined) })
    await using session = await RawSession.open(job.connection)
    const prepared = [parse(`SELECT n FROM ${table}`, 'a'), wire.describeStatement('a'), sync]
    await session.ask(query('BEGIN ISOLATION LEVEL REPEATABLE READ'))
    await session.ask(...prepared)
    expect(values(await session.ask(bind([], 'a'), execute(), sync))).toEqual(['2'])
    expect(job.places().map(({ protocol }) => protocol)).toEqual(['simple', 'parse', 'extended'])
    await session.ask(query('COMMIT'))
  })

  test('each of a pipeline sees what was done before it, and nothing that was done later', async () => {
    const { table, add, connection } = await useCounter()
    const job = await useWire({ connection, onPlace: add })
    await using session = await RawSession.open(job.connection)
    const one = [bind([], 'a'), execute()]
    const answer = await session.ask(
      parse(`SELECT n FROM ${table}`, 'a'),
      ...one,
      ...one,
      ...one,
      sync,
      query(`SELECT n FROM ${table}`),
    )
    const last = await session.ready()
    expect([...values(answer), ...values(last)]).toEqual(['2', '3', '4', '5'])
    expect(job.places().map(({ occurrence }) => occurrence)).toEqual([1, 2, 3, 4])
  })

  test('what follows an error in a pipeline is not held, for it does not run', async () => {
    const { table, add, connection } = await useCounter()
    const job = await useWire({ connection, onPlace: add })
    await using session = await RawSession.open(job.connection)
    const group = (sql: string): Buffer[] => [parse(sql), bind(), execute()]
    const asked = [
      ...group('SELECT 1/0'),
      ...group(`SELECT n FROM ${table}`),
      sync,
      ...group(`SELECT n FROM ${table}`),
      sync,
    ]
    await session.send(Buffer.concat(asked))
    expect(values(await session.ready(2))).toEqual(['3'])
    expect(told(job.places())).toEqual(['SELECT 1/0', `SELECT n FROM ${table}`])
    expect(job.stats()).toMatchObject({ errors: 1, statements: 1 })
  })

  test('rows that are fetched by and by are of one place', async () => {
    const { table, add, connection } = await useCounter()
    const job = await useWire({ connection, onPlace: add })
    await using session = await RawSession.open(job.connection)
    const first = [parse(`SELECT c.n FROM ${table} c, generate_series(1, 3)`), bind([], '', 'p'), execute(2, 'p'), sync]
    await session.ask(query('BEGIN'))
    const rows = [...values(await session.ask(...first)), ...values(await session.ask(execute(2, 'p'), sync))]
    expect(rows).toEqual(['3', '3', '3'])
    expect(job.places()).toHaveLength(2)
    expect(job.stats().rows).toBe(3)
    await session.ask(query('COMMIT'))
  })

  test('a commit can be held: what it commits is not seen before', async () => {
    const { table, connection } = await useCounter()
    const admin = await useClient(connection)
    const seen: unknown[] = []
    const look: PlaceHook = async ({ statement }) => {
      if (statement === 'COMMIT') seen.push(...(await admin.query(`SELECT n FROM ${table}`)).rows)
    }
    const job = await useWire({ connection, onPlace: look })
    const client = await useJob(job.connection)
    for (const sql of ['BEGIN', `UPDATE ${table} SET n = 7`, 'COMMIT']) await client.query(sql)
    expect(seen).toEqual([{ n: 1 }])
    expect((await admin.query(`SELECT n FROM ${table}`)).rows).toEqual([{ n: 7 }])
  })

  test('others go on meanwhile', async () => {
    const [held, letGo] = latch()
    const job = await useWire({ onPlace: ({ session }) => (session === 1 ? held : undefined) })
    const [first, second] = [await useJob(job.connection), await useJob(job.connection)]
    const order: string[] = []
    const waiting = first.query('SELECT 1').then(() => order.push('held'))
    await second.query('SELECT 2')
    await second.query('SELECT 3')
    order.push('other')
    letGo()
    await waiting
    expect(order).toEqual(['other', 'held'])
  })

  test('a session tells where it is: held, or at work', async () => {
    const [held, letGo] = latch()
    const [reached, reach] = latch()
    const hold: PlaceHook = ({ statement }) => {
      if (!statement.includes('pg_sleep')) return undefined
      reach()
      return held
    }
    const job = await useWire({ onPlace: hold })
    await using session = await RawSession.open(job.connection)
    const at = (): string | undefined => job.sessions()[0]?.place?.statement
    await session.ask(query('SELECT 1'))
    expect(at()).toBeUndefined()
    const waiting = session.ask(parse('SELECT pg_sleep(600)'), bind(), execute(), sync)
    await reached
    expect(at()).toBe('SELECT pg_sleep(600)')
    letGo()
    const admin = await useClient()
    const cancel = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid = ${session.backend} AND wait_event = 'PgSleep'`
    for (let done = 0; done === 0; done = (await admin.query(cancel)).rowCount ?? 0) {
      expect(at()).toBe('SELECT pg_sleep(600)')
    }
    await waiting
    expect(at()).toBeUndefined()
  })

  test('an idle session of a pool stays as it is, and new ones come', async () => {
    const job = await useWire({ onPlace: () => Promise.resolve() })
    const { host, port, database, user, password } = job.connection
    const pool = new Pool({
      host,
      port,
      database,
      user,
      password,
      ssl: false,
      max: 3,
    })
    await Promise.all([1, 2, 3].map((n) => pool.query('SELECT $1::int', [n])))
    job.restart()
    await Promise.all([1, 2, 3].map((n) => pool.query('SELECT $1::int', [n])))
    expect(job.sessions()).toHaveLength(3)
    expect(job.stats()).toMatchObject({ sessions: 0, statements: 3, rows: 3 })
    expect(told(job.places())).toEqual(['SELECT $1::int', 'SELECT $1::int #2', 'SELECT $1::int #3'])
    await pool.end()
  })
})
