import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../../src/database/embedded/free-port.js'
import { endWithTest } from '../support/end-with-test.js'

const LIB = join(import.meta.dirname, 'lib')

/** Whether `.ci/install/jars.mjs` had its way. */
export const hasKafkaConnect = existsSync(join(LIB, '.installed'))

export interface KafkaConnectOptions {
  /** Of the broker. */
  readonly bootstrap: string
  /** Properties of each connector. */
  readonly connectors: readonly Readonly<Record<string, string>>[]
  /** What the properties name as `${env:…}`. */
  readonly env: Readonly<Record<string, string>>
}

/** Kafka Connect in one process, with its offsets in a file of its own folder. */
export class KafkaConnect implements AsyncDisposable {
  readonly #folder: string
  readonly #options: KafkaConnectOptions
  readonly #files: readonly string[]
  #child: ChildProcess
  #said = ''

  private constructor(folder: string, files: readonly string[], options: KafkaConnectOptions) {
    this.#folder = folder
    this.#files = files
    this.#options = options
    this.#child = this.#spawn()
  }

  static async start(options: KafkaConnectOptions): Promise<KafkaConnect> {
    const folder = await mkdtemp(join(tmpdir(), 'pipelines-connect-'))
    const all = [await workerProperties(folder, options.bootstrap), ...options.connectors]
    const files = all.map((_, index) => join(folder, `${index}.properties`))
    await Promise.all(files.map((file, index) => writeFile(file, propertiesText(all[index]!))))
    return endWithTest(new KafkaConnect(folder, files, options))
  }

  /** Errors that it told. */
  get errors(): string[] {
    return this.#said.split('\n').filter((line) => /^\[.*\] ERROR /.test(line))
  }

  /** Kills it with -9, and begins again with the offsets that it had stored. */
  async killAndRestart(): Promise<void> {
    await this.#kill()
    this.#child = this.#spawn()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#kill()
    await rm(this.#folder, { recursive: true, force: true })
  }

  #spawn(): ChildProcess {
    const flags = ['-Xmx384m', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn']
    const main = ['-cp', `${LIB}/*`, 'org.apache.kafka.connect.cli.ConnectStandalone']
    const child = spawn('java', [...flags, ...main, ...this.#files], {
      cwd: this.#folder,
      env: { PATH: process.env['PATH'], HOME: this.#folder, ...this.#options.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (this.#said += piece))
    return child
  }

  async #kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const closed = once(this.#child, 'close')
    this.#child.kill('SIGKILL')
    await closed
  }
}

async function workerProperties(folder: string, bootstrap: string): Promise<Record<string, string>> {
  const converter = 'org.apache.kafka.connect.json.JsonConverter'
  return {
    'bootstrap.servers': bootstrap,
    listeners: `http://127.0.0.1:${await freePort()}`,
    'key.converter': converter,
    'value.converter': converter,
    'offset.storage.file.filename': join(folder, 'offsets'),
    'offset.flush.interval.ms': '1000',
    'plugin.discovery': 'service_load', // what is on the class path, without a look into every jar
    'config.providers': 'env',
    'config.providers.env.class': 'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
  }
}

function propertiesText(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}\n`)
    .join('')
}
