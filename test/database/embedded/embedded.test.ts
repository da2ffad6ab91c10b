import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, chown, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { OptionsError, TargetError } from '../../../src/errors.js'
import { connect } from '../../../src/database/postgres/connect.js'
import type { ConnectionOptions } from '../../../src/database/connection/connection.js'
import {
  type EmbeddedOptions,
  type EmbeddedTarget,
  startEmbedded,
} from '../../../src/database/embedded/start-embedded.js'
import { findAccount } from '../../../src/database/embedded/account.js'
import { openCacheFolder } from '../../../src/database/embedded/cache-folder.js'
import { copyTree } from '../../../src/database/embedded/copy-tree.js'
import { PortTakenError, startPostgres } from '../../../src/database/embedded/postgres-process.js'
import { findServerPackage } from '../../../src/database/embedded/server-package.js'
import { findTemplate } from '../../../src/database/embedded/template.js'
import { cdcError } from '../../support/cdc-error.js'
import { dataFolders, exists, isRunning, until, useFolder, useServing, useTemporaryFolder } from './serving.js'

async function useEmbedded(options: EmbeddedOptions = {}): Promise<EmbeddedTarget> {
  const server = await startEmbedded(options)
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

async function ask(connection: ConnectionOptions, text: string): Promise<unknown> {
  const client = await connect(connection)
  try {
    const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' })
    return rows.length === 1 ? rows[0] : rows
  } finally {
    await client.end()
  }
}

test('is PostgreSQL 14, set up for change data capture', async () => {
  const { connection, pid, dataDir, kind, createTables } = await useEmbedded({ schema: 'mine' })
  expect({ kind, createTables }).toEqual({ kind: 'embedded', createTables: true })
  expect(connection).toMatchObject({ host: '127.0.0.1', database: 'cdc', user: 'cdc', schema: 'mine' })
  const settings = {
    server_version_num: expect.stringMatching(/^14\d{4}$/),
    wal_level: 'logical',
    max_connections: '300',
    max_wal_senders: '20',
    max_replication_slots: '20',
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    server_encoding: 'UTF8',
    lc_collate: 'C',
    fsync: 'on',
    is_superuser: 'on',
  }
  const names = Object.keys(settings)
  const answer = await ask(connection, `SELECT ${names.map((name) => `current_setting('${name}')`).join(', ')}`)
  expect(answer).toEqual(Object.values(settings))
  expect(await ask(connection, `SELECT DISTINCT auth_method FROM pg_hba_file_rules`)).toEqual(['scram-sha-256'])
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700)
  expect(isRunning(pid)).toBe(true)
})

test('two at once share nothing', async () => {
  await useTemporaryFolder()
  // The cache is empty: both make it.
  const [one, other] = await Promise.all([useEmbedded(), useEmbedded()])
  expect(one.connection.port).not.toBe(other.connection.port)
  expect(one.connection.password).not.toBe(other.connection.password)
  await expect(connect({ ...one.connection, password: String(other.connection.password) })).rejects.toMatchObject({
    code: 'ERR_CDC_TARGET',
    cause: { code: '28P01' },
  })
  await ask(one.connection, 'CREATE TABLE t (id int)')
  await expect(ask(other.connection, 'SELECT * FROM t')).rejects.toMatchObject({ code: '42P01' })
})

test('leaves nothing but the cache, however often it is disposed', async () => {
  const folder = await useTemporaryFolder()
  const server = await startEmbedded()
  const idle = await connect(server.connection)
  expect(await dataFolders(folder)).toEqual([server.dataDir])
  await Promise.all([server[Symbol.asyncDispose](), server[Symbol.asyncDispose]()])
  await server[Symbol.asyncDispose]()
  expect(isRunning(server.pid)).toBe(false)
  expect(await dataFolders(folder)).toEqual([])
  await expect(idle.query('SELECT 1')).rejects.toThrow(/not queryable|closed|terminat/)
})

test('keeps a data folder, and starts it again', async () => {
  const dataDir = join(await useFolder(), 'deep', 'data')
  const first = await startEmbedded({ dataDir })
  expect(first.dataDir).toBe(dataDir)
  await ask(first.connection, `CREATE TABLE kept AS SELECT 4711 AS n`)
  await first[Symbol.asyncDispose]()

  const second = await useEmbedded({ dataDir })
  expect(await ask(second.connection, 'SELECT n FROM kept')).toEqual([4711])
  expect(second.connection.password).toBe(first.connection.password)
  const secret = (await readdir(dataDir)).find((name) => name.endsWith('.password'))
  expect((await stat(join(dataDir, String(secret)))).mode & 0o777).toBe(0o600)
  expect(await readdir(join(dataDir, '..'))).toEqual(['data'])
})

test('a data folder has one server', async () => {
  const dataDir = join(await useFolder(), 'data')
  const server = await useEmbedded({ dataDir })
  const second = await startEmbedded({ dataDir }).catch((error: unknown) => error)
  expect(second).toBeInstanceOf(TargetError)
  expect(second).toHaveProperty(
    'message',
    `Expected \`dataDir\` to be used by no other server, got ${dataDir}, used by process ${server.pid}. Stop it, or choose another folder.`,
  )
  expect(await ask(server.connection, 'SELECT 1')).toEqual([1])
})

test('of two that make the same data folder at once, one has it', async () => {
  const dataDir = join(await useFolder(), 'data')
  const answer = async (): Promise<unknown> => ask((await useEmbedded({ dataDir })).connection, 'SELECT 1')
  const answers = await Promise.all([answer(), answer()].map((asked) => asked.catch((error: Error) => error.message)))
  expect(answers).toContainEqual([1])
  expect(answers).toContainEqual(expect.stringMatching(/^Expected .*dataDir.*\.$/))
})

test.for([
  ['another major version', TargetError, { PG_VERSION: '15\n' }, 'to be made by PostgreSQL 14, got'],
  ['something else', OptionsError, { 'notes.txt': 'hello' }, 'to be empty or made by an earlier run, got'],
  ['a server without our password', OptionsError, { PG_VERSION: '14\n' }, 'to be empty or made by an earlier run, got'],
] as const)('refuses a data folder with %s, and leaves it alone', async ([, type, files, message]) => {
  const dataDir = join(await useFolder(), 'data')
  await mkdir(dataDir)
  for (const [name, content] of Object.entries(files)) await writeFile(join(dataDir, name), content)
  const error = await startEmbedded({ dataDir }).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(type)
  expect(error).toHaveProperty('message', expect.stringContaining(message))
  expect(await readdir(dataDir)).toEqual(Object.keys(files))
})

test('refuses a data folder that is a file', async () => {
  const dataDir = join(await useFolder(), 'data')
  await writeFile(dataDir, '')
  await expect(startEmbedded({ dataDir })).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', '`dataDir`', 'EEXIST', dataDir))
})

test('shows why the server does not start', async () => {
  const dataDir = join(await useFolder(), 'data')
  const server = await startEmbedded({ dataDir })
  await server[Symbol.asyncDispose]()
  await writeFile(join(dataDir, 'postgresql.conf'), 'no_such_setting = 1\n')
  const error = await startEmbedded({ dataDir }).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(TargetError)
  expect(error).toMatchObject({
    message: expect.stringMatching(/^Expected PostgreSQL to start on .*, got exit code 1: .*no_such_setting.*\.$/),
    cause: { message: expect.stringContaining('no_such_setting') },
  })
})

test('recovers a kept data folder whose server was killed', async () => {
  const dataDir = join(await useFolder(), 'data')
  const first = await useEmbedded({ dataDir })
  await ask(first.connection, `CREATE TABLE kept AS SELECT 4711 AS n`)
  process.kill(first.pid, 'SIGKILL')
  await first[Symbol.asyncDispose]()
  const second = await useEmbedded({ dataDir })
  expect(await ask(second.connection, 'SELECT n FROM kept')).toEqual([4711])
})

test('does not start when told to stop, and leaves nothing', async () => {
  const folder = await useTemporaryFolder()
  const reason = new Error('enough')
  await expect(startEmbedded({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  const controller = new AbortController()
  const starting = startEmbedded({ signal: controller.signal })
  starting.catch(() => {})
  await until('a data folder', async () => (await dataFolders(folder)).length > 0)
  controller.abort(reason)
  await expect(starting).rejects.toBe(reason)
  expect(await dataFolders(folder)).toEqual([])
})

test.for(['SIGKILL', 'SIGTERM'] as const)('ends with the process that started it, by %s', async (signal) => {
  const folder = await useTemporaryFolder()
  const { child, pid, dataDir } = await useServing()
  expect(isRunning(pid)).toBe(true)
  child.kill(signal)
  await until('the server to end', () => !isRunning(pid))
  await until('its data to be removed', async () => !(await exists(dataDir)))
  expect(await dataFolders(folder)).toEqual([])
})

test('a kept data folder stays when the process that started it is killed', async () => {
  const dataDir = join(await useFolder(), 'data')
  const { child, pid, connection } = await useServing({ dataDir })
  await ask(connection, `CREATE TABLE kept AS SELECT 4711 AS n`)
  child.kill('SIGKILL')
  await until('the server to end', () => !isRunning(pid))
  const again = await useEmbedded({ dataDir })
  expect(await ask(again.connection, 'SELECT n FROM kept')).toEqual([4711])
})

test('does not keep the process that started it from ending', async () => {
  const { child, pid } = await useServing()
  const exited = once(child, 'exit')
  child.stdin?.end()
  expect(await exited).toEqual([0, null])
  await until('the server to end', () => !isRunning(pid))
})

test.skipIf(process.platform !== 'linux')('does not outlive its host', async () => {
  const folder = await useTemporaryFolder()
  const server = await startEmbedded()
  const host = /^PPid:\s*(\d+)$/m.exec(await readFile(`/proc/${server.pid}/status`, 'utf8'))?.[1]
  process.kill(Number(host), 'SIGKILL')
  await until('the server to end', () => !isRunning(server.pid))
  await server[Symbol.asyncDispose]()
  expect(await dataFolders(folder)).toEqual([])
})

test('says that a port is taken', async () => {
  const { connection, dataDir } = await useEmbedded()
  const account = await findAccount()
  const cache = await openCacheFolder(account)
  const server = await findServerPackage(cache, account)
  const context = { server, cache, account, signal: new AbortController().signal }
  const copy = { path: `${dataDir}-copy`, password: '', temporary: true }
  await mkdir(copy.path, { mode: 0o700 })
  onTestFinished(() => rm(copy.path, { recursive: true }))
  await copyTree(await findTemplate(context), copy.path, account)
  if (account) await chown(copy.path, account.uid, account.gid)
  await expect(startPostgres(context, copy, connection.port)).rejects.toThrow(PortTakenError)
})

test('shows no variables of ours to those who use it', async () => {
  vi.stubEnv('CLOUDBERRY_PASSWORD', 'geheim')
  onTestFinished(() => void vi.unstubAllEnvs())
  const { connection } = await useEmbedded()
  const client = await connect(connection)
  await client.query(`CREATE TEMP TABLE env (line text); COPY env FROM PROGRAM 'env'`)
  const { rows } = await client.query<{ line: string }>('SELECT line FROM env')
  await client.end()
  expect(rows.map(({ line }) => line.split('=')[0])).toContain('LC_COLLATE')
  expect(JSON.stringify(rows)).not.toContain('geheim')
})

/** Runs a server in an empty folder for temporary files until there is a spare, and returns where. */
async function useSpare(): Promise<string> {
  const folder = await useTemporaryFolder()
  const server = await startEmbedded()
  const cache = join(folder, `vitest-cloudberry-cdc-${process.getuid?.() ?? 0}`)
  const made = async (): Promise<string[]> => (await readdir(cache)).filter((name) => /^spare-\w+$/.test(name))
  await expect.poll(made, { interval: 20, timeout: 30_000 }).toHaveLength(1)
  const [spare] = await made()
  await server[Symbol.asyncDispose]()
  expect((await readdir(cache)).filter((name) => /draft|broken|taken/.test(name))).toEqual([])
  return join(cache, spare!)
}

test('makes the cache again when files are missing from it', async () => {
  const spare = await useSpare()
  const cache = dirname(spare)
  const [template] = (await readdir(cache)).filter((name) => name.startsWith('template-'))
  const control = join(cache, String(template), 'data', 'global', 'pg_control')
  await Promise.all([rm(control), rm(spare, { recursive: true })])
  const server = await useEmbedded()
  expect(await ask(server.connection, 'SELECT 1')).toEqual([1])
  expect(await exists(control)).toBe(true)
})

test('takes the data folder that the start before has made for it, once', async () => {
  const spare = await useSpare()
  const { ino } = await stat(join(spare, 'data'))
  const [one, other] = await Promise.all([useEmbedded(), useEmbedded()])
  const taken = await Promise.all([one, other].map(async ({ dataDir }) => (await stat(dataDir)).ino === ino))
  expect(taken.filter((isTheSpare) => isTheSpare)).toHaveLength(1)
  expect(one.connection.password).not.toBe(other.connection.password)
  for (const { connection, dataDir } of [one, other]) {
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700)
    expect(await ask(connection, 'SELECT current_database()')).toEqual(['cdc'])
  }
})

test('does not use a spare that is more than a day old: files may be missing from it', async () => {
  const spare = await useSpare()
  const { ino } = await stat(join(spare, 'data'))
  const before = new Date(Date.now() - 25 * 3_600_000)
  await utimes(join(spare, 'password'), before, before)
  const { connection, dataDir } = await useEmbedded()
  expect((await stat(dataDir)).ino).not.toBe(ino)
  expect(await ask(connection, 'SELECT 1')).toEqual([1])
})

test('nobody else can enter what waits for the next start', async () => {
  const spare = await useSpare()
  expect((await stat(spare)).mode & 0o777).toBe(0o700)
  expect((await stat(join(spare, 'password'))).mode & 0o777).toBe(0o600)
})

test('does not use a cache that others can write to', async () => {
  const folder = await useTemporaryFolder()
  const cache = join(folder, `vitest-cloudberry-cdc-${process.getuid?.() ?? 0}`)
  await mkdir(cache)
  await chmod(cache, 0o777)
  await expect(startEmbedded()).rejects.toThrow(cdcError('ERR_CDC_TARGET', cache))
})

test('is not disturbed by NODE_OPTIONS and PG… variables', async () => {
  vi.stubEnv('NODE_OPTIONS', '--require /nowhere.cjs')
  vi.stubEnv('PGDATA', '/nowhere')
  vi.stubEnv('PGUSER', `u${randomBytes(3).toString('hex')}`)
  onTestFinished(() => void vi.unstubAllEnvs())
  const server = await useEmbedded()
  expect(await ask(server.connection, 'SELECT current_user::text')).toEqual(['cdc'])
})
