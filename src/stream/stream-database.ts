import type { Environment } from '../database/connection/environment.js'
import { openTarget } from '../database/open-target.js'
import type { StartedTarget } from '../database/connection/connection.js'
import type { SessionPools } from '../driver/open-driver.js'
import { RemotePool } from '../driver/remote-pool.js'
import { SessionPool } from '../writer/session-pool.js'
import type { CdcOptions } from './cdc-stream.js'

/** What the runs of one stream share: the database, and the session that goes from one script to the next. */
export class StreamDatabase implements AsyncDisposable {
  readonly #here = new SessionPool()
  readonly #there = new RemotePool()
  readonly scripts: SessionPools = { here: this.#here, there: this.#there }
  readonly #given: Pick<CdcOptions, 'target' | 'dataDir' | 'signal'>
  readonly #environment: Environment
  #target: Promise<StartedTarget | undefined> | undefined

  constructor(given: Pick<CdcOptions, 'target' | 'dataDir' | 'signal'>, environment: Environment) {
    this.#given = given
    this.#environment = environment
  }

  /** Where it is; undefined with target `none`. */
  open(): Promise<StartedTarget | undefined> {
    this.#target ??= this.#open().catch((error: unknown) => {
      this.#target = undefined
      throw error
    })
    return this.#target
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#here.close()
    await this.#there[Symbol.asyncDispose]()
    const target = await this.#target?.catch(() => undefined)
    await target?.[Symbol.asyncDispose]()
  }

  async #open(): Promise<StartedTarget | undefined> {
    const { target = 'auto', dataDir, signal } = this.#given
    if (target === 'none') return undefined
    return openTarget(target, { environment: this.#environment, dataDir, signal })
  }
}
