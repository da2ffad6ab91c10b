import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { endWithTest } from '../support/end-with-test.js'

const INSTALLED = join(import.meta.dirname, '..', '.got', 'dlt')

/** Whether `.ci/install/pipelines.mjs` had its way. */
export const hasDlt = existsSync(join(INSTALLED, '.installed'))

/** What dlt is told. */
export interface DltOptions {
  readonly source: string
  readonly destination: string
  /** Of the source. */
  readonly schema: string
  /** Seconds that it looks back behind its cursor. */
  readonly lag: number
}

/** A process that loads when it is told to. What dlt keeps lies in a folder of its own. */
export class Dlt implements AsyncDisposable {
  readonly #folder: string
  readonly #options: DltOptions
  #process: DltProcess

  private constructor(folder: string, options: DltOptions) {
    this.#folder = folder
    this.#options = options
    this.#process = new DltProcess(folder, options)
  }

  static async start(options: DltOptions): Promise<Dlt> {
    return endWithTest(new Dlt(await mkdtemp(join(tmpdir(), 'pipelines-dlt-')), options))
  }

  /** Copies what is above the cursor. */
  load(): Promise<void> {
    return this.#process.load()
  }

  /** Begins to copy, is killed with -9 when a moment has come, and is there again with what lies in its folder. */
  async killWhileLoading(moment: () => Promise<void>): Promise<void> {
    const loading = this.#process.load().catch(() => {})
    await moment()
    await this.#process.kill()
    await loading
    this.#process = new DltProcess(this.#folder, this.#options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.kill()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

class DltProcess {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #closed: Promise<unknown>
  #said = ''

  constructor(folder: string, { source, destination, schema, lag }: DltOptions) {
    const script = join(import.meta.dirname, 'load.py')
    const child = spawn(join(INSTALLED, 'bin', 'python'), [script, schema, String(lag)], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        DLT_DATA_DIR: folder,
        RUNTIME__DLTHUB_TELEMETRY: 'false',
        SHOP_SOURCE: source,
        SHOP_DESTINATION: destination,
      },
      stdio: 'pipe',
    })
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (this.#said += piece))
    child.stdin.on('error', () => {})
    this.#child = child
    this.#closed = once(child, 'close')
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  }

  async load(): Promise<void> {
    this.#child.stdin?.write('load\n')
    const { done } = await this.#lines.next()
    if (done) throw new Error(`Expected dlt to load, got:\n${this.#said.slice(-2000)}`)
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#closed
  }
}
