import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { OptionsError, TargetError } from '../../errors.js'
import type { HostConfig, HostReport } from './server.js'
import type { StartedTarget } from '../connection/connection.js'
import { within } from '../within.js'
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { childEnvironment } from './process-environment.js'
import { logTail } from './log-tail.js'

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
    let end: Promise<void> | undefined
    return {
      kind: 'embedded',
      createTables: true,
      connection: { ...report.connection, schema },
      pid: report.pid,
      dataDir: report.dataDir,
      [Symbol.asyncDispose]: () => (end ??= stop(host, dataDir === undefined ? report.dataDir : undefined)),
    }
  } catch (error) {
    await host.end()
    throw error
  }
}

async function stop(host: Host, temporary: string | undefined): Promise<void> {
  const stopped = await host.end()
  if (!stopped && temporary !== undefined) await rm(temporary, { recursive: true, force: true, maxRetries: 3 })
}

function asError({ kind, message, detail }: Extract<HostReport, { readonly type: 'failed' }>): Error {
  const options = detail === '' ? undefined : { cause: new Error(detail) }
  return kind === 'options' ? new OptionsError(message, options) : new TargetError(message, options)
}

/** The process that has an embedded server in its care, seen from ours. */
interface Host {
  /** What it printed: what it started, or why it could not. Rejects when it ends without a word. */
  readonly report: Promise<HostReport>
  /** Lets our process end while the host runs; the host ends then, too. */
  unref(): void
  /** Has the host stop the server, and waits for it. Resolves with false when it did not end well. */
  end(): Promise<boolean>
}

/** Milliseconds that the host has for stopping its server. */
const END_TIMEOUT = 10_000

/** Starts the process that has an embedded server in its care. */
function startHost(config: HostConfig): Host {
  const child = spawn(process.execPath, [...hostModule(), JSON.stringify(config)], {
    // The account that the server runs as may not be able to enter our working directory.
    cwd: tmpdir(),
    // Ctrl-C in a terminal goes to all of a process group: the host stops when we have ended, not before.
    detached: true,
    env: childEnvironment(),
    windowsHide: true,
  })
  child.stdin.on('error', () => {})
  const exited = new Promise<void>((resolve) => {
    child.on('error', () => resolve())
    child.on('exit', (code) => {
      // A host that was killed leaves its server behind. At once, while its number cannot be another's yet.
      if (code !== 0) killGroup(child)
      resolve()
    })
  })
  const report = readReport(child)
  report.catch(() => {})

  const handles = [child, child.stdin, child.stdout, child.stderr] as readonly Partial<
    Pick<typeof child, 'ref' | 'unref'>
  >[]
  return {
    report,
    unref: () => handles.forEach((handle) => handle.unref?.()),
    end: async () => {
      handles.forEach((handle) => handle.ref?.())
      child.stdin.end()
      const timer = setTimeout(() => killGroup(child), END_TIMEOUT)
      await exited
      clearTimeout(timer)
      return child.exitCode === 0
    },
  }
}

function hostModule(): readonly string[] {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const path = fileURLToPath(new URL(`./embedded-host.${extension}`, import.meta.url))
  // From source, which only happens while this package itself is developed, Node needs a loader.
  return extension === 'js'
    ? [path]
    : ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href, path]
}

async function readReport(child: ChildProcessWithoutNullStreams): Promise<HostReport> {
  const log = logTail(child.stderr)
  const output = createInterface({ input: child.stdout })
  const failed = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message)).on('close', (code, signal) => resolve(`${signal ?? code}`))
  })
  const line = once(output, 'line').then(([text]) => ({ text: String(text) }))
  const first = await Promise.race([line, failed])
  if (typeof first === 'object') return JSON.parse(first.text) as HostReport
  throw new TargetError(
    `Expected the process for the embedded server to report, got its end (${first}): ${log.summary()}. Run again, or use another target.`,
    { cause: new Error(log.lines.join('\n')) },
  )
}

// The server is in the host's process group, its sessions end when it has ended.
function killGroup(child: ChildProcessWithoutNullStreams): void {
  try {
    process.kill(-(child.pid ?? Number.NaN), 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}
