import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { OptionsError, TargetError } from '../../errors.js'
import { type HostProcess, startHost } from './host-process.js'
import type { HostReport } from './server.js'
import type { StartedTarget } from '../started-target.js'
import { within } from '../within.js'

/** How an embedded server is started. */
export interface EmbeddedOptions {
  /** Where the data are kept, for this start and later ones. @default a temporary folder, removed at the end */
  readonly dataDir?: string | undefined
  /** The schema that holds the tables. @default 'tpcds' */
  readonly schema?: string | undefined
  /** Gives up starting. Has no effect on a server that runs: dispose it. */
  readonly signal?: AbortSignal | undefined
}

/** A PostgreSQL server of our own. */
export interface EmbeddedTarget extends StartedTarget {
  readonly kind: 'embedded'
  /** The postmaster's. */
  readonly pid: number
  readonly dataDir: string
}

/** Milliseconds that a start may take; the first on a machine takes longest. */
const START_TIMEOUT = 120_000
const TOO_LATE = `Expected the embedded server to start in ${START_TIMEOUT} ms, got nothing. Look at the load of this machine.`

/**
 * Starts PostgreSQL 14 on a port of 127.0.0.1 that nobody uses. The server ends when the target is disposed, or when
 * this process ends, however it ends; it does not keep this process alive.
 *
 * @throws TargetError when the server cannot be started
 * @throws OptionsError when `dataDir` cannot be used
 * @throws the signal's reason
 */
export async function startEmbedded(options: EmbeddedOptions = {}): Promise<EmbeddedTarget> {
  const { dataDir, schema = 'tpcds', signal } = options
  signal?.throwIfAborted()
  const host = startHost(dataDir === undefined ? {} : { dataDir: resolve(dataDir) })
  try {
    const report = await within(host.report, { timeout: START_TIMEOUT, late: new TargetError(TOO_LATE), signal })
    if (report.type === 'failed') throw asError(report)
    host.unref()
    const { port, database, user, password, pid } = report
    let end: Promise<void> | undefined
    return {
      kind: 'embedded',
      createTables: true,
      connection: { host: '127.0.0.1', port, database, user, password, schema, sslmode: 'disable' },
      pid,
      dataDir: report.dataDir,
      [Symbol.asyncDispose]: () => (end ??= stop(host, dataDir === undefined ? report.dataDir : undefined)),
    }
  } catch (error) {
    await host.end()
    throw error
  }
}

async function stop(host: HostProcess, temporary: string | undefined): Promise<void> {
  const stopped = await host.end()
  if (!stopped && temporary !== undefined) await rm(temporary, { recursive: true, force: true, maxRetries: 3 })
}

function asError({ kind, message, detail }: Extract<HostReport, { readonly type: 'failed' }>): Error {
  const options = detail === '' ? undefined : { cause: new Error(detail) }
  return kind === 'options' ? new OptionsError(message, options) : new TargetError(message, options)
}
