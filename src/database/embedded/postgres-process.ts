import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { TargetError } from '../../errors.js'
import { serverEnvironment } from './process-environment.js'
import type { DataFolder } from './data-folder.js'
import { type LogTail, logTail } from './log-tail.js'
import type { StartContext } from './server-package.js'

/** A server that accepts connections. */
export interface PostgresProcess {
  /** The postmaster. */
  readonly pid: number
  /** Ends the server: politely, and if it does not listen, by force. */
  stop(): Promise<void>
}

/** Somebody else took the port between our finding it free and the server's opening it. */
export class PortTakenError extends Error {}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  wal_level: 'logical',
  max_connections: '300',
  max_wal_senders: '20',
  max_replication_slots: '20',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
}

const START_TIMEOUT = 60_000
/** Milliseconds from a fast to an immediate shutdown, and from that to SIGKILL. */
const PATIENCE = 3_000

/** Starts a server on a data folder and waits until it accepts connections. */
export async function startPostgres(context: StartContext, data: DataFolder, port: number): Promise<PostgresProcess> {
  const flags = Object.entries({ ...SETTINGS, port: String(port) }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const child = spawn(context.server.postgres, ['-D', data.path, ...flags], {
    ...context.account,
    cwd: data.path,
    env: serverEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
  })
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  const stop = async (): Promise<void> => {
    const escalation = (['SIGQUIT', 'SIGKILL'] as const).map((signal, index) =>
      setTimeout(() => child.kill(signal), PATIENCE * (index + 1)),
    )
    child.kill('SIGINT')
    await ended
    escalation.forEach((timer) => clearTimeout(timer))
  }

  const log = logTail(child.stderr)
  const ready = log.until('database system is ready to accept connections')
  const { signal } = context
  const settled = new AbortController()
  const waiting = { signal: AbortSignal.any([signal, settled.signal]), ref: false }
  const late = delay(START_TIMEOUT, `nothing in ${START_TIMEOUT} ms`, waiting).catch(() => 'no need')
  const outcome = await Promise.race([ended, ready, late])
  settled.abort()
  if (outcome === undefined && child.pid !== undefined) return { pid: child.pid, stop }
  await stop()
  signal.throwIfAborted()
  // The log comes to its end a little later, and not at all while a program that a session has started holds it.
  await Promise.race([log.ended, delay(1_000)])
  throw startError(outcome ?? 'no process', log, data)
}

function startError(outcome: string, log: LogTail, data: DataFolder): Error {
  const cause = new Error(log.lines.join('\n'))
  const text = cause.message
  if (/could not bind|could not create any TCP\/IP sockets/.test(text)) return new PortTakenError(text)
  const holder = /lock file "postmaster\.pid" already exists[^]*?PID (\d+)/.exec(text)?.[1]
  if (holder !== undefined) {
    return new TargetError(
      `Expected \`dataDir\` to be used by no other server, got ${data.path}, used by process ${holder}. Stop it, or choose another folder.`,
      { cause },
    )
  }
  return new TargetError(
    `Expected PostgreSQL to start on ${data.path}, got ${outcome}: ${log.summary()}. Look into the folder, or choose another dataDir.`,
    { cause },
  )
}
