import { existsSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cloudberry } from 'vitest-cloudberry-cdc'
import { runTool } from '../support/run-tool.js'

const INSTALLED = join(import.meta.dirname, '..', '.got', 'dbt')

/** Whether `.ci/install/pipelines.mjs` had its way. */
export const hasDbt = existsSync(join(INSTALLED, '.installed'))

/** The project, run on a copy of its own: dbt writes what it compiles and logs beside it, and more into the home directory. */
export class Dbt implements AsyncDisposable {
  readonly #folder: string
  readonly #env: Readonly<Record<string, string>>
  readonly #signal: AbortSignal

  private constructor(
    folder: string,
    { host, port, user, password, database, schema }: Cloudberry,
    signal: AbortSignal,
  ) {
    this.#folder = folder
    this.#signal = signal
    this.#env = {
      HOME: folder,
      DBT_PROFILES_DIR: folder,
      SHOP_SCHEMA: schema,
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: user,
      PGPASSWORD: password ?? '',
      PGDATABASE: database,
    }
  }

  static async make(cloudberry: Cloudberry, signal: AbortSignal): Promise<Dbt> {
    const folder = await mkdtemp(join(tmpdir(), 'pipelines-dbt-'))
    await cp(join(import.meta.dirname, 'project'), folder, { recursive: true })
    return new Dbt(folder, cloudberry, signal)
  }

  /** Such as `build`, which runs the models and the snapshot. */
  async run(...args: readonly string[]): Promise<string> {
    const flags = ['--no-version-check', '--no-use-colors']
    return runTool(join(INSTALLED, 'bin', 'dbt'), [...flags, ...args], {
      cwd: this.#folder,
      env: this.#env,
      signal: this.#signal,
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }
}
