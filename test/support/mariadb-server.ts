import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

export interface MariadbServer extends AsyncDisposable {
  readonly socketPath: string
  /** Kills it, and starts it again on its data. */
  crash(): Promise<void>
}

export interface MariadbOptions {
  /** Where it listens, beside its socket. @default nowhere */
  readonly port?: number
  /** Further settings. */
  readonly settings?: readonly string[]
}

/** What a connector reads: a log of rows, whole, with the names of their columns. */
export const connectorSettings: readonly string[] = [
  '--server-id=1',
  '--log-bin=binlog',
  '--binlog-format=ROW',
  '--binlog-row-image=FULL',
  '--binlog-row-metadata=FULL',
]

/** Where distributions put it, which is not always on the path. */
const PLACES = ['/usr/sbin/mariadbd', '/usr/bin/mariadbd', '/usr/local/bin/mariadbd', '/opt/homebrew/bin/mariadbd']

/** Whether it is installed. */
export function hasMariadb(): boolean {
  return PLACES.some((place) => existsSync(place))
}

/** A server of this run on a socket; undefined where MariaDB is not installed. */
export async function startMariadb({ port, settings = [] }: MariadbOptions = {}): Promise<MariadbServer | undefined> {
  const program = PLACES.find((place) => existsSync(place))
  if (program === undefined) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'mariadb-tests-'))
  const socketPath = join(folder, 'socket')
  // It refuses root unless root is named.
  const common = [
    '--no-defaults',
    `--datadir=${join(folder, 'data')}`,
    // One of its own: a server that starts removes the temporary tables that it finds there, also those of another server at work.
    `--tmpdir=${folder}`,
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
  ]
  await promisify(execFile)('mariadb-install-db', [
    ...common,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ])
  const listening = port === undefined ? ['--skip-networking'] : [`--port=${port}`, '--bind-address=127.0.0.1']
  const start = async (): Promise<ChildProcess> => {
    const started = spawn(program, [...common, `--socket=${socketPath}`, ...listening, ...settings], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await untilReady(started).catch(async (error: unknown) => {
      await stop(started, 'SIGTERM')
      throw error
    })
    return started
  }
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  let server = await start().catch(async (error: unknown) => {
    await remove()
    throw error
  })
  return {
    socketPath,
    crash: async () => {
      await stop(server, 'SIGKILL')
      server = await start()
    },
    [Symbol.asyncDispose]: async () => {
      await stop(server, 'SIGTERM')
      await remove()
    },
  }
}

async function untilReady(server: ChildProcess): Promise<void> {
  const lines: string[] = []
  for await (const line of createInterface({ input: server.stderr! })) {
    lines.push(line)
    if (!line.includes('ready for connections')) continue
    // What it says later is not read, but must not fill the pipe.
    server.stderr!.resume()
    return
  }
  throw new Error(`Expected mariadbd to start, got:\n${lines.slice(-10).join('\n')}`)
}

async function stop(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const gone = once(server, 'exit')
  server.kill(signal)
  await gone
}
