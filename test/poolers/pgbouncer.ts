import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { findAccount } from '../../src/database/embedded/account.js'
import { freePort } from '../../src/database/embedded/free-port.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'

/** How a pooler lends its sessions: until a client leaves, for a transaction, for a statement. */
export type PoolMode = 'session' | 'transaction' | 'statement'

/** A pooler before a server. */
export interface Pgbouncer extends AsyncDisposable {
  readonly connection: ConnectionOptions
}

/** Where distributions put it, which is not always on the path. */
const PLACES = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer']

export const pgbouncer: string | undefined = PLACES.find((place) => existsSync(place))

/** @param settings Lines of its configuration, after ours */
export async function startPgbouncer(
  target: ConnectionOptions,
  mode: PoolMode,
  settings: readonly string[] = [],
): Promise<Pgbouncer> {
  const folder = await mkdtemp(join(tmpdir(), 'pooler-tests-'))
  const port = await freePort()
  const file = join(folder, 'pgbouncer.ini')
  const users = join(folder, 'users.txt')
  await writeFile(users, `"${target.user}" "${target.password}"\n`)
  const lines = [
    '[databases]',
    `* = host=${target.host} port=${target.port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = scram-sha-256',
    `auth_file = ${users}`,
    `pool_mode = ${mode}`,
    'default_pool_size = 40',
    ...settings,
  ]
  await writeFile(file, `${lines.join('\n')}\n`)
  await chmod(folder, 0o755)
  // It refuses root.
  const account = await findAccount()
  const child = spawn(pgbouncer!, [file], { ...account, stdio: ['ignore', 'ignore', 'pipe'] })
  const dispose = async (): Promise<void> => {
    await stop(child)
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await untilReady(child)
  } catch (error) {
    await dispose()
    throw error
  }
  return { connection: { ...target, host: '127.0.0.1', port }, [Symbol.asyncDispose]: dispose }
}

async function untilReady(child: ChildProcess): Promise<void> {
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stderr! })) {
    lines.push(line)
    if (!line.includes('process up')) continue
    // What it says later is not read, but must not fill the pipe.
    child.stderr!.resume()
    return
  }
  throw new Error(`Expected pgbouncer to start, got:\n${lines.slice(-10).join('\n')}`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGINT')
  const timer = setTimeout(() => child.kill('SIGKILL'), 2_000)
  await once(child, 'exit')
  clearTimeout(timer)
}
