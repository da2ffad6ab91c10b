import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

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
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #closed: Promise<unknown>
  #said = ''

  private constructor(folder: string, { source, destination, schema, lag }: DltOptions) {
    this.#folder = folder
    this.#child = spawn(join(INSTALLED, 'bin', 'python'), [join(import.meta.dirname, 'load.py'), schema, String(lag)], {
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
    this.#child.stderr!.setEncoding('utf8').on('data', (piece: string) => (this.#said += piece))
    this.#child.stdin!.on('error', () => {})
    this.#closed = once(this.#child, 'close')
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]()
  }

  static async start(options: DltOptions): Promise<Dlt> {
    return new Dlt(await mkdtemp(join(tmpdir(), 'pipelines-dlt-')), options)
  }

  /** Copies what is above the cursor. */
  async load(): Promise<void> {
    this.#child.stdin!.write('load\n')
    const { done } = await this.#lines.next()
    if (done) throw new Error(`Expected dlt to load, got:\n${this.#said.slice(-2000)}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#closed
    await rm(this.#folder, { recursive: true, force: true })
  }
}
