import { endSession } from '../database/end-session.js'
import type { Backend } from '../database/client.js'
import type { Session } from './session.js'

/** Keeps the session of a stream from one script to the next, which saves the log-in. */
export class SessionKeeper {
  /** The tables that UPDATE and DELETE lock whole; undefined until the tables were checked once. */
  locksWhole: readonly string[] | undefined
  /** The server process of the last session; its locks last as long as it does. */
  backend: Backend | undefined
  #session: Session | undefined

  take(): Session | undefined {
    const session = this.#session
    this.#session = undefined
    return session
  }

  put(session: Session): void {
    this.#session = session
  }

  async close(): Promise<void> {
    const session = this.take()
    if (session) await endSession(session.client)
  }
}
