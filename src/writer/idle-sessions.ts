import { endSession } from '../database/end-session.js'
import type { ConnectionOptions } from '../database/connection/connection.js'
import { claimTables, freeTables, type Session, type SessionOptions } from './session.js'
import { attend } from './on-session.js'
import { isLostConnection } from '../database/transient.js'
import { guardSession } from './guard-session.js'

/** How many wait for a server. */
const MOST_IDLE = 4
/** Streams after which a session is ended: every stream leaves its statements, and the server what it knows of the tables. */
const MOST_STREAMS = 100
/** Milliseconds in which a session has to show that it is still there. */
const ANSWER_WITHIN = 10_000

/**
 * Sessions that wait for the next stream on the same server, which saves the log-in and what a new session has to learn
 * of the catalog: most of what a stream costs before its first commit.
 */
export class IdleSessions {
  readonly #idle = new Map<string, Session[]>()
  readonly #streams = new WeakMap<Session, number>()
  #closed = false

  /** A session for these tables, if one waits. */
  async take(options: SessionOptions, signal: AbortSignal): Promise<Session | undefined> {
    const sessions = this.#idle.get(login(options)) ?? []
    for (let session = sessions.pop(); session; session = sessions.pop()) {
      const found = session
      const isThere = await guardSession(
        found,
        options.connection,
        { answerWithin: ANSWER_WITHIN, signal },
        () => claimTables(found, options),
        (error) => isLostConnection(error) && !signal.aborted,
      )
      if (isThere) return session
    }
    return undefined
  }

  /** Takes a session back from its stream. It holds no lock from then on. */
  async put(session: Session, options: Pick<SessionOptions, 'connection' | 'answerWithin'>): Promise<void> {
    const key = login(options)
    const sessions = this.#idle.get(key) ?? []
    const streams = (this.#streams.get(session) ?? 0) + 1
    const isWelcome =
      streams < MOST_STREAMS && sessions.length < MOST_IDLE && (await freeInTime(session, options.connection))
    if (!isWelcome || this.#closed) return end(session)
    this.#streams.set(session, streams)
    this.#idle.set(key, [...(this.#idle.get(key) ?? []), session])
  }

  async close(): Promise<void> {
    this.#closed = true
    const sessions = [...this.#idle.values()].flat()
    this.#idle.clear()
    await Promise.all(sessions.map(end))
  }
}

/** The schema may be another one each time. */
function login({ connection, answerWithin }: Pick<SessionOptions, 'connection' | 'answerWithin'>): string {
  const settings = Object.entries({ ...connection, answerWithin }).filter(([name]) => name !== 'schema')
  return JSON.stringify(settings.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function end({ client }: Session): Promise<void> {
  return endSession(client)
}

/** One that says nothing is not fit for another stream. */
function freeInTime(session: Session, connection: ConnectionOptions): Promise<boolean> {
  const attended = { client: session.client, backend: session.backend.pid, connection }
  return attend(attended, { answerWithin: ANSWER_WITHIN }, () => freeTables(session))
}
