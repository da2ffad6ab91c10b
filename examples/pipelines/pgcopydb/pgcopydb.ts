import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { program } from '../../../test/support/debian-postgres.js'
import { endWithTest } from '../support/end-with-test.js'
import { runTool } from '../support/run-tool.js'

const GOT = join(import.meta.dirname, '..', '.got', 'pgcopydb')
const PROGRAM = join(GOT, 'usr', 'bin', 'pgcopydb')

/** Whether `.ci/install/pipelines.mjs` had its way. */
export const hasPgcopydb = existsSync(join(GOT, '.installed'))

export const pgcopydbVersion = `pgcopydb ${pinned().version}, PostgreSQL 15`

function pinned(): { readonly version: string } {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'debian.json'), 'utf8')) as { version: string }
}

/** `pgcopydb clone --follow` from one database to another. */
export class Pgcopydb implements AsyncDisposable {
  readonly #folder: string
  readonly #source: string
  readonly #env: Readonly<Record<string, string>>
  readonly #signal: AbortSignal
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  #said = ''

  private constructor(folder: string, source: string, target: string, slot: string, signal: AbortSignal) {
    this.#folder = folder
    this.#source = withoutPassword(source)
    this.#signal = signal
    // It runs pg_dump and pg_restore.
    this.#env = {
      HOME: folder,
      TMPDIR: folder,
      PATH: `${dirname(program('psql'))}:${process.env['PATH'] ?? ''}`,
      PGPASSWORD: decodeURIComponent(new URL(source).password),
    }
    const where = ['--source', this.#source, '--target', withoutPassword(target), '--dir', join(folder, 'work')]
    const how = ['--follow', '--slot-name', slot, '--origin', slot, '--table-jobs', '2']
    // A group of its own: its children are killed with it.
    this.#child = spawn(PROGRAM, ['clone', ...where, ...how], {
      env: this.#env,
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    })
    this.#child.stderr!.setEncoding('utf8').on('data', (piece: string) => (this.#said += piece))
    this.#closed = once(this.#child, 'close')
  }

  static async start(source: string, target: string, slot: string, signal: AbortSignal): Promise<Pgcopydb> {
    const folder = await mkdtemp(join(tmpdir(), 'pipelines-pgcopydb-'))
    return endWithTest(new Pgcopydb(folder, source, target, slot, signal))
  }

  /** The first error that it told, without place and time. */
  get firstError(): string | undefined {
    return / ERROR (?:\[TARGET\] ERROR:\s+)?(.*)/.exec(this.#said)?.[1]
  }

  /** Lets it end once it has applied what is committed by now, and gives its exit code; undefined where it does not end in time. */
  async finish(milliseconds: number): Promise<number | null | undefined> {
    await this.#run('stream', 'sentinel', 'set', 'endpos', '--source', this.#source, '--current')
    await Promise.race([this.#closed, delay(milliseconds, undefined, { signal: this.#signal })])
    return this.#child.exitCode ?? undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const isThere = this.#child.exitCode === null && this.#child.signalCode === null
    if (isThere && this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL')
    await this.#closed
    await rm(this.#folder, { recursive: true, force: true })
  }

  #run(...args: readonly string[]): Promise<string> {
    return runTool(PROGRAM, args, { cwd: this.#folder, env: this.#env, signal: this.#signal })
  }
}

/** Others see what a program is started with. */
function withoutPassword(address: string): string {
  const url = new URL(address)
  url.password = ''
  return url.href
}
