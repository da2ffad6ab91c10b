import type { Backend, DatabaseClient, LockWaits } from '../database/client.js'
import { connect } from '../database/connect.js'
import type { ConnectionOptions } from '../database/connection/connection.js'
import { within } from './session.js'
import { setTimeout as delay } from 'node:timers/promises'

/** Milliseconds in which a question must be answered. Nothing is lost with an answer: lock time-outs tell later. */
const ANSWER_WITHIN = 2_000

/** Milliseconds after which one looks who waits for whom, and looks again. What takes less is not looked at. */
const LOOK_EVERY = 20

/**
 * A session beside those that write, which tells what they wait for, and ends what stands in their way. It is opened when
 * it is first needed, and again where it was lost.
 */
export class Monitor {
  readonly #connection: ConnectionOptions
  #client: DatabaseClient | undefined
  /** Questions come one after the other. */
  #last: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(connection: ConnectionOptions) {
    this.#connection = connection
  }

  /** Who of some server processes waits for whom; nobody, where that cannot be asked. */
  async waits(pids: readonly number[]): Promise<LockWaits> {
    return (await this.#ask((client) => client.waits(pids))) ?? new Map<number, number[]>()
  }

  /**
   * Resolves once one of `waiters` waits for one of `held`, be it through others, and when the signal is aborted. Where the server
   * cannot tell, it does not resolve before that.
   */
  async untilWaiting(waiters: () => readonly number[], held: ReadonlySet<number>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delay(LOOK_EVERY, undefined, { signal }).catch(() => {})
      const pids = waiters()
      if (signal.aborted || pids.length === 0) continue
      const waits = await this.waits(pids)
      if ([...waits.values()].some((holders) => holders.some((holder) => held.has(holder)))) return
    }
  }

  /** Ends what a server process is at work on, if it waits for a lock. */
  async cancel(backend: Backend): Promise<void> {
    await this.#ask((client) => client.cancelWait(backend))
  }

  /** Ends a server process whose session was given up: it may not have noticed, and hold its locks. */
  async terminate(backend: Backend): Promise<void> {
    await this.#ask((client) => client.endBackend(backend))
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#last
    const client = this.#client
    this.#client = undefined
    await client?.close()
  }

  #ask<T>(question: (client: DatabaseClient) => Promise<T>): Promise<T | undefined> {
    const answer = this.#last.then(() => this.#attempt(question))
    this.#last = answer
    return answer
  }

  async #attempt<T>(question: (client: DatabaseClient) => Promise<T>): Promise<T | undefined> {
    if (this.#closed) return undefined
    try {
      const client = (this.#client ??= await connect(this.#connection, {
        applicationName: 'vitest-cloudberry-cdc monitor',
        timeout: ANSWER_WITHIN,
      }))
      return await within(client, ANSWER_WITHIN, undefined, () => question(client))
    } catch {
      this.#client?.destroy()
      this.#client = undefined
      return undefined
    }
  }
}
