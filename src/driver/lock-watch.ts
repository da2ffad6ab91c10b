import { setTimeout as delay } from 'node:timers/promises'
import type { ConnectionOptions } from '../database/connection/connection.js'
import { Monitor } from '../writer/monitor.js'

/** Milliseconds after which one looks who waits for whom, and looks again. What takes less is not looked at. */
const LOOK_EVERY = 20

/** Looks whether server processes wait for one that cannot go on, by a session of its own that is opened when it is needed. */
export class LockWatch {
  readonly #monitor: Monitor

  constructor(connection: ConnectionOptions) {
    this.#monitor = new Monitor(connection)
  }

  /**
   * Resolves once one of `waiters` waits for one of `held`, be it through others, and when the signal is aborted. Where the server
   * cannot tell, it does not resolve before that.
   */
  async waits(waiters: () => readonly number[], held: ReadonlySet<number>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delay(LOOK_EVERY, undefined, { signal }).catch(() => {})
      const pids = waiters()
      if (signal.aborted || pids.length === 0) continue
      const waits = await this.#monitor.waits(pids)
      if ([...waits.values()].some((holders) => holders.some((holder) => held.has(holder)))) return
    }
  }

  async close(): Promise<void> {
    await this.#monitor.close()
  }
}
