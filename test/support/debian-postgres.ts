import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { type Account, findAccount } from '../../src/database/embedded/account.js'
import { temporaryFolder } from '../../src/database/embedded/cache-folder.js'
import { freePort } from '../../src/database/embedded/free-port.js'
import { startPostgres } from '../../src/database/embedded/postgres-process.js'
import { runProgram } from '../../src/database/embedded/run-program.js'

const PROGRAMS = '/usr/lib/postgresql/15'
const PLUGINS = 'pgoutput, test_decoding, wal2json'

/** A PostgreSQL with wal2json and client programs, which the embedded one lacks. */
export interface DebianPostgres extends AsyncDisposable {
  readonly connection: ConnectionOptions
}

/** A server of this run; undefined where Debian's packages are not installed. */
export async function startDebianPostgres(): Promise<DebianPostgres | undefined> {
  const files = ['bin/postgres', 'bin/pg_recvlogical', 'lib/wal2json.so']
  if (!files.every((file) => existsSync(join(PROGRAMS, file)))) return undefined
  const account = await findAccount()
  const folder = await mkdtemp(join(await temporaryFolder(account), 'feed-tests-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    const [password, path, port] = [randomBytes(12).toString('hex'), join(folder, 'data'), await freePort()]
    const { signal } = new AbortController()
    await initialize(folder, path, password, account, signal)
    const server = { version: '15', initdb: program('initdb'), postgres: program('postgres') }
    const data = { path, password, temporary: true }
    const running = await startPostgres({ server, cache: folder, account, signal }, data, port)
    const dispose = async (): Promise<void> => {
      await running.stop()
      await remove()
    }
    const place = { host: '127.0.0.1', port, database: 'postgres', user: 'cdc', password }
    try {
      await allowPlugins(place)
    } catch (error) {
      await dispose()
      throw error
    }
    return { connection: { ...place, schema: 'public', sslmode: 'disable' }, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await remove()
    throw error
  }
}

/** Where one of its programs is. */
export function program(name: string): string {
  return join(PROGRAMS, 'bin', name)
}

async function initialize(
  folder: string,
  path: string,
  password: string,
  account: Account | undefined,
  signal: AbortSignal,
): Promise<void> {
  const pwfile = join(folder, 'password')
  await writeFile(pwfile, password, { mode: 0o600 })
  // It refuses root.
  if (account) await Promise.all([folder, pwfile].map((each) => chown(each, account.uid, account.gid)))
  const flags = ['--username=cdc', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync']
  await runProgram(program('initdb'), [`--pgdata=${path}`, `--pwfile=${pwfile}`, ...flags], {
    cwd: folder,
    account,
    signal,
  })
}

/** Later versions of Debian's server load no other plugins than those of a list. */
async function allowPlugins(place: object): Promise<void> {
  const client = new Client(place)
  await client.connect()
  try {
    const { rowCount } = await client.query(`SELECT FROM pg_settings WHERE name = 'output_plugin_libraries'`)
    if (rowCount === 0) return
    await client.query(`ALTER SYSTEM SET output_plugin_libraries = ${PLUGINS}`)
    await client.query('SELECT pg_reload_conf()')
  } finally {
    await client.end()
  }
}
