import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { expect, onTestFinished, test, vi } from 'vitest'
import { TargetError } from '../../src/errors.js'
import { connect } from '../../src/database/postgres/connect.js'
import { freePort } from '../../src/database/embedded/free-port.js'
import { cdcError } from '../support/cdc-error.js'
import { useListener } from '../support/listener.js'
import { startProxy } from '../support/proxy.js'
import { testConnection, useClient } from '../support/server.js'

async function failure(connecting: Promise<unknown>): Promise<Error & { readonly cause: { readonly code: string } }> {
  return connecting.then(
    () => expect.unreachable('it connected'),
    (error: Error & { readonly cause: { readonly code: string } }) => {
      expect(error).toBeInstanceOf(TargetError)
      expect(error.message).toMatch(/^Expected .+\.$/)
      return error
    },
  )
}

test('logs in with its name, its settings and the search path as it was', async () => {
  const client = await connect(testConnection(), { settings: { enable_seqscan: 'off', statement_timeout: '4711' } })
  onTestFinished(() => client.end())
  const { rows } = await client.query(
    `SELECT current_setting('application_name') AS name, current_setting('search_path') AS path,
            current_setting('enable_seqscan') AS seqscan, current_setting('statement_timeout') AS timeout`,
  )
  expect(rows).toEqual([{ name: 'vitest-cloudberry-cdc', path: '"$user", public', seqscan: 'off', timeout: '4711ms' }])
})

test('says where no server listens', async () => {
  const port = await freePort()
  const error = await failure(connect({ ...testConnection(), port }))
  expect(error.message).toContain(`Expected a database server at 127.0.0.1:${port}, got connect ECONNREFUSED`)
  expect(error.message).toContain('CLOUDBERRY_HOST and CLOUDBERRY_PORT')
  expect(error.cause.code).toBe('ECONNREFUSED')
})

test('says that a name stands for no host', async () => {
  const error = await failure(connect({ ...testConnection(), host: 'cdw.invalid' }))
  expect(error.message).toContain('Expected a database server at cdw.invalid:')
  expect(error.cause.code).toMatch(/ENOTFOUND|EAI_AGAIN/)
})

test('says that a server does not answer', async () => {
  const connection = await useListener(() => {})
  const error = await failure(connect(connection, { timeout: 20 }))
  expect(error.message).toContain('got no answer in 20 ms')
  expect(error.cause.code).toBe('ETIMEDOUT')
})

test('says that a server hangs up', async () => {
  const connection = await useListener((socket) => socket.end())
  const error = await failure(connect(connection))
  expect(error.message).toContain('Expected a database server at')
})

test('gives up when told to', async () => {
  const reason = new Error('enough')
  const controller = new AbortController()
  const connection = await useListener(() => controller.abort(reason))
  await expect(connect(connection, { signal: controller.signal })).rejects.toBe(reason)
  await expect(connect(connection, { signal: controller.signal })).rejects.toBe(reason)
})

test('says that user or password are wrong, and does not show the password', async () => {
  for (const wrong of [{ password: 'geheim' }, { user: 'nobody', password: 'geheim' }]) {
    const error = await failure(connect({ ...testConnection(), ...wrong }))
    expect(error.message).toContain('Correct CLOUDBERRY_USER or CLOUDBERRY_PASSWORD.')
    expect(error.cause.code).toBe('28P01')
    expect(JSON.stringify([error, error.cause], Object.getOwnPropertyNames(error))).not.toContain('geheim')
  }
})

test('says that a password is asked for, and takes none from PGPASSWORD', async () => {
  const { password, ...connection } = testConnection()
  vi.stubEnv('PGPASSWORD', password)
  onTestFinished(() => void vi.unstubAllEnvs())
  const error = await failure(connect(connection))
  expect(error.message).toContain('Expected a password for user `cdc` at')
  expect(error.message).toContain('Set CLOUDBERRY_PASSWORD.')
})

test('says that there is no such database', async () => {
  const error = await failure(connect({ ...testConnection(), database: 'nowhere' }))
  expect(error.message).toContain('Expected database `nowhere` at')
  expect(error.message).toContain('CLOUDBERRY_DATABASE')
  expect(error.cause.code).toBe('3D000')
})

test('says that a user may not log in, or not once more', async () => {
  const admin = await useClient()
  const user = `u_${randomBytes(6).toString('hex')}`
  await admin.query(`CREATE ROLE ${user} NOLOGIN PASSWORD 'x' CONNECTION LIMIT 0`)
  const refused = await failure(connect({ ...testConnection(), user, password: 'x' }))
  expect(refused.cause.code).toBe('28000')
  await admin.query(`ALTER ROLE ${user} LOGIN`)
  const crowded = await failure(connect({ ...testConnection(), user, password: 'x' }))
  expect(crowded.cause.code).toBe('53300')
  expect(crowded.message).toContain('Expected a free connection')
  await admin.query(`DROP ROLE ${user}`)
})

test('says that a setting is unknown', async () => {
  const error = await failure(connect(testConnection(), { settings: { no_such_thing: '1' } }))
  expect(error.message).toContain('no_such_thing')
  expect(error.cause.code).toBe('42704')
})

test('says that the server does not encrypt', async () => {
  const error = await failure(connect({ ...testConnection(), sslmode: 'require' }))
  expect(error).toEqual(cdcError('ERR_CDC_TARGET', testConnection().host, 'CLOUDBERRY_SSLMODE'))
})

test('says that the certificates cannot be read', async () => {
  const connection = { ...testConnection(), sslmode: 'verify-ca', sslrootcert: '/nowhere.pem' } as const
  await expect(connect(connection)).rejects.toThrow(
    cdcError('ERR_CDC_OPTIONS', '`sslrootcert`', 'ENOENT', '/nowhere.pem'),
  )
})

test('a session that is lost while idle fails its next query, and nothing else', async () => {
  const admin = await useClient()
  const client = await connect(testConnection())
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const ended = new Promise((resolve) => client.once('end', resolve))
  await admin.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid])
  await ended
  await expect(client.query('SELECT 1')).rejects.toThrow(/not queryable|closed|terminat/)
})

test('a session that is bound gives up a question without an answer, however long it was silent before', async () => {
  await using proxy = await startProxy(testConnection())
  const client = await connect(proxy.connection, { answerWithin: 500 })
  onTestFinished(() => client.end().catch(() => {}))
  const silence = (): Promise<unknown> => once(client.connection.stream, 'timeout')
  await silence()
  expect((await client.query<{ n: number }>('SELECT 1 AS n')).rows).toEqual([{ n: 1 }])
  await silence()
  proxy.onSend = () => ({ forward: false, act: async () => {}, cut: false })
  await expect(client.query('SELECT 2')).rejects.toThrow(expect.objectContaining({ code: 'ETIMEDOUT' }))
})

test('nor does it wait for ever for the end of a session', async () => {
  await using proxy = await startProxy(testConnection())
  const client = await connect(proxy.connection, { answerWithin: 500 })
  proxy.onSend = () => ({ forward: false, act: async () => {}, cut: false })
  const ended = once(client, 'end')
  await client.end().catch(() => {})
  await expect(ended).resolves.toBeDefined()
})
