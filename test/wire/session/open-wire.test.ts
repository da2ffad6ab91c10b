import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Client } from 'pg'
import { TargetError } from '../../../src/errors.js'
import { connect as logIn } from '../../../src/database/postgres/connect.js'
import { childEnvironment } from '../../../src/database/embedded/process-environment.js'
import { openWire } from '../../../src/wire/session/open-wire.js'
import type { PlaceHook } from '../../../src/wire/place.js'
import { cdcError } from '../../support/cdc-error.js'
import { useListener } from '../../support/listener.js'
import { testConnection, useClient, useRole } from '../../support/server.js'
import * as wire from '../support/messages.js'
import { latch } from '../support/latch.js'
import { RawSession } from '../support/raw-session.js'
import { startRecorder } from '../support/start-recorder.js'
import { useWire } from '../support/use-wire.js'

const { query } = wire

/** A connection of the current test that has said nothing yet. */
async function dial({ port }: { readonly port: number }): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' }).on('error', () => {})
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** What is said to the end of a connection. */
async function heard(socket: Socket): Promise<string> {
  return (await buffer(socket)).toString('latin1')
}

describe('a client that asks for encryption', () => {
  test.for([
    ['TLS', wire.sslRequest],
    ['GSSAPI', wire.gssencRequest],
  ] as const)('is told no: %s', async ([, request]) => {
    const job = await useWire()
    const socket = await dial(job.connection)
    socket.end(request)
    expect(await heard(socket)).toBe('N')
    expect(job.stats().notes).toEqual([expect.stringContaining('sslmode=disable')])
  })

  test('and goes on without it, is not noted', async () => {
    const { user, database, port } = testConnection()
    const job = await useWire()
    const socket = await dial(job.connection)
    socket.write(Buffer.concat([wire.gssencRequest]))
    await once(socket, 'data')
    socket.write(wire.sslRequest)
    await once(socket, 'data')
    socket.write(wire.startup({ user, database }))
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(port).not.toBe(job.connection.port)
    expect(wire.split(answer)[0]?.type).toBe('R')
    socket.destroy()
    await job.close()
    // The server asks for a password, and hears none.
    expect(job.stats()).toMatchObject({ sessions: 1, notes: [expect.stringContaining('channel_binding=prefer')] })
  })

  test('without asking, is noted', async () => {
    const job = await useWire()
    const socket = await dial(job.connection)
    socket.end(Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc]))
    expect(await heard(socket)).toBe('')
    expect(job.stats().notes).toEqual([expect.stringContaining('sslmode=disable')])
  })

  test('and insists on it, gets the error of its driver', async () => {
    const job = await useWire()
    const { host, port, database, user } = job.connection
    const client = new Client({ host, port, database, user, ssl: true })
    await expect(client.connect()).rejects.toThrow('SSL')
    await job.close()
    expect(job.stats().notes).toHaveLength(1)
  })
})

test('whoever does not speak the protocol is told so, and reaches no server', async () => {
  const job = await useWire({ connection: await useListener(() => expect.unreachable()) })
  const socket = await dial(job.connection)
  socket.end('GET / HTTP/1.1\r\n\r\n')
  expect(await heard(socket)).toMatch(/^E.*C0A000\0/s)
})

test('a client that is refused for its password is not one that left', async () => {
  const role = await useRole(testConnection())
  const job = await useWire({ connection: role })
  await expect(logIn({ ...job.connection, password: 'wrong' })).rejects.toThrow(TargetError)
  await job.close()
  expect(job.stats()).toMatchObject({ errors: 1, notes: [] })
})

test('what is no message passes, and is noted', async () => {
  const recorder = await startRecorder(testConnection())
  const job = await useWire({ connection: recorder.connection })
  const session = await RawSession.open(job.connection)
  recorder.clear()
  const said = Buffer.concat([wire.parse('SELECT 1'), Buffer.from('Q\0\0\0\0 and more')])
  await session.send(said)
  // The server hangs up.
  await session.over()
  expect(recorder.said().byClient).toEqual(said)
  expect(job.stats().notes).toEqual([expect.stringContaining('no message')])
})

test('a connection that says nothing reaches no server', async () => {
  const job = await useWire({ connection: await useListener(() => expect.unreachable()) })
  const socket = await dial(job.connection)
  socket.end()
  expect(await heard(socket)).toBe('')
})

describe('a server that cannot be reached', () => {
  test('is told to the client in one line, without the password', async () => {
    const listener = await useListener((socket) => socket.resetAndDestroy())
    const connection = { ...listener, sslmode: 'require', password: 'pw-secret' } as const
    const job = await useWire({ connection })
    const error = await logIn(job.connection).catch((thrown: unknown) => thrown)
    expect(error).toEqual(cdcError('ERR_CDC_TARGET', connection.port))
    expect(`${String(error)} ${job.stats().notes.join()}`).not.toContain('pw-secret')
    expect(job.stats().notes).toHaveLength(1)
  })

  test('within the time that it has', async () => {
    const job = await useWire({
      connection: { ...(await useListener(() => {})), sslmode: 'require' },
      connectWithin: 50,
    })
    await expect(logIn(job.connection)).rejects.toThrow('50 ms')
  })

  test('because it has no encryption', async () => {
    const job = await useWire({ connection: { ...testConnection(), sslmode: 'require' } })
    await expect(logIn(job.connection)).rejects.toThrow('SSL')
  })
})

test('a wrong password is refused by the server, as without the wire', async () => {
  const role = await useRole(testConnection())
  const job = await useWire({ connection: role })
  const wrong = { ...job.connection, password: 'wrong' }
  await expect(logIn(wrong)).rejects.toMatchObject({ cause: { code: '28P01' } })
  await (await logIn(job.connection)).end()
})

describe('a cancel request', () => {
  test('ends the statement of its session, and no other', async () => {
    const job = await useWire()
    await using session = await RawSession.open(job.connection)
    await using other = await RawSession.open(job.connection)
    const [waiting, going] = [session.ask(query('SELECT pg_sleep(600)')), other.ask(query('SELECT 1 FROM pg_sleep(0)'))]
    const admin = await useClient()
    const isAsleep = `SELECT 1 FROM pg_stat_activity WHERE pid = ${session.backend} AND wait_event = 'PgSleep'`
    while ((await admin.query(isAsleep)).rowCount === 0);
    const socket = await dial(job.connection)
    socket.write(wire.cancelRequest(session.backend, session.key))
    // The server has taken it when it closes the connection.
    expect(await heard(socket)).toBe('')
    expect((await waiting).toString('latin1')).toContain('C57014\0')
    expect(wire.split(await going).map(({ type }) => type)).toEqual(['T', 'D', 'C', 'Z'])
    expect(job.stats()).toMatchObject({ cancelRequests: 1, sessions: 2, errors: 1 })
  })

  test('that comes while the statement is held goes on behind it', async () => {
    const recorder = await startRecorder(testConnection())
    const [held, letGo] = latch()
    const [reached, reach] = latch()
    const onPlace: PlaceHook = ({ session }) => {
      if (session === 1) reach()
      return session === 1 ? held : undefined
    }
    const job = await useWire({ connection: recorder.connection, onPlace })
    await using session = await RawSession.open(job.connection)
    await using other = await RawSession.open(job.connection)
    recorder.clear()
    const waiting = session.ask(query('SELECT 1'))
    await reached
    const socket = await dial(job.connection)
    const request = wire.cancelRequest(session.backend, session.key)
    socket.write(request)
    await other.ask(query('SELECT 2'))
    await other.ask(query('SELECT 3'))
    letGo()
    await Promise.all([waiting, heard(socket)])
    const expected = [query('SELECT 2'), query('SELECT 3'), query('SELECT 1'), request]
    expect(recorder.said().byClient).toEqual(Buffer.concat(expected))
  })

  test('for a session that is not there does nothing', async () => {
    const job = await useWire()
    const socket = await dial(job.connection)
    socket.write(wire.cancelRequest(1, 1))
    expect(await heard(socket)).toBe('')
  })
})

describe('what is done at a place', () => {
  test('and fails, ends the session with its words', async () => {
    const job = await useWire({ onPlace: () => Promise.reject(new Error('no row left')) })
    const session = await RawSession.open(job.connection)
    await session.send(query('SELECT 1'))
    expect((await session.until((type) => type === 'E')).toString()).toContain('no row left')
    await session.over()
    expect(job.stats().notes).toEqual([expect.stringContaining('no row left')])
  })

  test('has a bound', async () => {
    const job = await useWire({ onPlace: () => new Promise(() => {}), holdFor: 20 })
    const session = await RawSession.open(job.connection)
    await session.send(query('SELECT 1'))
    expect((await session.until((type) => type === 'E')).toString()).toContain('20 ms')
    await session.over()
  })
})

describe('a wire that is closed', () => {
  test('leaves no session and nothing that is held', async () => {
    const role = await useRole(testConnection())
    const [atPlace, reached] = latch()
    const job = await openWire({
      connection: role,
      onPlace: ({ session }) => {
        if (session !== 2) return undefined
        reached()
        return new Promise(() => {})
      },
    })
    const sessions = [await RawSession.open(job.connection), await RawSession.open(job.connection)]
    const asleep = sessions[0]!.ask(query('SELECT pg_sleep(600)')).catch(() => 'cut')
    const held = sessions[1]!.ask(query('CREATE TABLE public.never (n int)')).catch(() => 'cut')
    await atPlace
    await job.close()
    expect(await Promise.all([asleep, held])).toEqual(['cut', 'cut'])
    await expect(logIn(job.connection)).rejects.toThrow('ECONNREFUSED')
    const admin = await useClient()
    expect((await admin.query(`SELECT to_regclass('public.never') AS name`)).rows).toEqual([{ name: null }])
    await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1`, [role.user])
    await job.close()
  })

  test('keeps no process from its end, also while something is held', async () => {
    const script = `
      import { once } from 'node:events'
      import { Client } from 'pg'
      import { openWire } from './src/wire/session/open-wire.ts'
      const connection = JSON.parse(process.env.TEST_CONNECTION)
      let reach
      const reached = new Promise((resolve) => (reach = resolve))
      const wire = await openWire({ connection, onPlace: () => (reach(), new Promise(() => {})) })
      const client = new Client({ ...wire.connection, ssl: false }).on('error', () => {})
      await client.connect()
      client.query('SELECT 1').catch(() => {})
      await reached
      await wire.close()
    `
    const env = { ...childEnvironment(), TEST_CONNECTION: JSON.stringify(testConnection()) }
    const args = ['--import', 'tsx', '--input-type=module', '-e', script]
    // The bound of what is held is a minute, and so is that of this test.
    const { stderr } = await promisify(execFile)(process.execPath, args, { env, timeout: 30_000 })
    expect(stderr).toBe('')
  })

  test('by its signal', async () => {
    const abort = new AbortController()
    const job = await openWire({ connection: testConnection(), signal: abort.signal })
    const session = await RawSession.open(job.connection)
    abort.abort()
    await session.over()
    await job.close()
    await expect(logIn(job.connection)).rejects.toThrow('ECONNREFUSED')
  })

  test('before it was open', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(openWire({ connection: testConnection(), signal })).rejects.toThrow('enough')
  })
})

test('sessions are told and cut one by one', async () => {
  const job = await useWire()
  await using stays = await RawSession.open(job.connection)
  const goes = await RawSession.open(job.connection)
  await goes.ask(query('BEGIN'))
  expect(job.sessions()).toEqual([
    { number: 1, backend: stays.backend, transaction: 'none', place: undefined },
    { number: 2, backend: goes.backend, transaction: 'open', place: undefined },
  ])
  job.cut(({ transaction }) => transaction !== 'none')
  await goes.over()
  await stays.ask(query('SELECT 1'))
  expect(job.sessions()).toEqual([{ number: 1, backend: stays.backend, transaction: 'none', place: undefined }])
})

test('a server that ends a session ends that of the client, with its last words', async () => {
  const job = await useWire()
  const session = await RawSession.open(job.connection)
  const admin = await useClient()
  await admin.query('SELECT pg_terminate_backend($1)', [session.backend])
  expect((await session.until((type) => type === 'E')).toString()).toContain('57P01')
  await session.over()
})

test('a session of replication passes, is named, and has no places', async () => {
  const job = await useWire({ onPlace: () => Promise.reject(new Error('held')) })
  const { host, port, database, user, password } = job.connection
  const replication = { replication: 'database' }
  const client = new Client({
    host,
    port,
    database,
    user,
    password,
    ssl: false,
    ...replication,
  })
  await client.connect()
  const { rows } = await client.query<{ dbname: string }>('IDENTIFY_SYSTEM')
  expect(rows[0]?.dbname).toBe(database)
  await client.end()
  expect(job.places()).toEqual([])
  expect(job.stats().notes).toEqual([expect.stringContaining('replication')])
})

test('listens on this machine only, unless told otherwise', async () => {
  const job = await useWire({ listen: { host: '0.0.0.0' } })
  expect(job.connection).toMatchObject({ host: '127.0.0.1', sslmode: 'disable' })
  await (await logIn(job.connection)).end()
  expect((await useWire()).connection.host).toBe('127.0.0.1')
})

test('an address that is taken is refused', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const opened = openWire({ connection: testConnection(), listen: { port } })
  await expect(opened).rejects.toEqual(cdcError('ERR_CDC_TARGET', '`listen`', 'EADDRINUSE'))
})
