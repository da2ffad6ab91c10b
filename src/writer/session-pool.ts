import type { Backend } from '../database/client.js'
import type { ConnectionOptions } from '../database/connection/connection.js'
import { type Attendance, attend } from './on-session.js'
import { claimTables, type Session, type SessionOptions } from './session.js'
import { isLostConnection } from '../database/transient.js'

/** How many wait for a server. */
const MOST_IDLE = 4
/** Streams after which a session is ended: every stream leaves its statements, and the server what it knows of the tables. */
const MOST_STREAMS = 100
/** Milliseconds in which a session has to show that it is still there. */
const ANSWER_WITHIN = 10_000

/** What one script of a stream leaves to the next one, on the same tables. */
interface LeftByScript {
  /** With its locks. Undefined while a script has it, and where it was lost. */
  session?: Session | undefined
  /** The server process of the last session; its locks last as long as it does. */
  backend?: Backend | undefined
  /** The tables that UPDATE and DELETE lock whole; undefined until the tables were checked once. */
  locksWhole?: readonly string[] | undefined
}

/**
 * Sessions that wait for their next use, which saves the log-in and what a new session has to learn of the catalog: most
 * of what a stream costs before its first commit. Between streams they hold nothing; between the scripts of one stream,
 * which has a pool of its own for them, the session keeps its locks.
 */
export class SessionPool {
  readonly scripts: LeftByScript = {}
  readonly #idle = new Map<string, Session[]>()
  readonly #streams = new WeakMap<Session, number>()
  #closed = false

  /** A session for these tables, if one waits. */
  async take(options: SessionOptions, signal: AbortSignal): Promise<Session | undefined> {
    const { connection } = options
    const sessions = this.#idle.get(login(options)) ?? []
    for (let session = sessions.pop(); session; session = sessions.pop()) {
      const found = session
      const attendance = { answerWithin: ANSWER_WITHIN, signal }
      if (await isThere(found, connection, attendance, () => claimTables(found, options))) return session
    }
    return undefined
  }

  /**
   * The session that the last script has left, once it is ready for the next one.
   *
   * @throws what `prepare` throws, unless the session is lost
   */
  async takeLeft(
    connection: ConnectionOptions,
    attendance: Attendance,
    prepare: (session: Session) => Promise<void>,
  ): Promise<Session | undefined> {
    const { session } = this.scripts
    this.scripts.session = undefined
    return session && (await isThere(session, connection, attendance, () => prepare(session))) ? session : undefined
  }

  /** Takes a session back from its stream. It holds no lock from then on. */
  async put(session: Session, options: Pick<SessionOptions, 'connection' | 'answerWithin'>): Promise<void> {
    const key = login(options)
    const sessions = this.#idle.get(key) ?? []
    const streams = (this.#streams.get(session) ?? 0) + 1
    const isWelcome =
      streams < MOST_STREAMS && sessions.length < MOST_IDLE && (await freeInTime(session, options.connection))
    if (!isWelcome || this.#closed) return session.client.close()
    this.#streams.set(session, streams)
    this.#idle.set(key, [...(this.#idle.get(key) ?? []), session])
  }

  async close(): Promise<void> {
    this.#closed = true
    const sessions = [...this.#idle.values(), this.scripts.session ?? []].flat()
    this.#idle.clear()
    this.scripts.session = undefined
    await Promise.all(sessions.map(({ client }) => client.close()))
  }
}

/** The schema may be another one each time. */
function login({ connection, answerWithin }: Pick<SessionOptions, 'connection' | 'answerWithin'>): string {
  const settings = Object.entries({ ...connection, answerWithin }).filter(([name]) => name !== 'schema')
  return JSON.stringify(settings.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * Whether a session that has waited does its first work. Where it fails, it is ended; after an abort nothing is left at work on
 * the server.
 */
async function isThere(
  session: Session,
  connection: ConnectionOptions,
  attendance: Attendance,
  work: () => Promise<void>,
): Promise<boolean> {
  try {
    await attend({ ...session, connection }, attendance, work)
    return true
  } catch (error) {
    session.client.destroy()
    if (isLostConnection(error) && !attendance.signal?.aborted) return false
    throw error
  }
}

/** Gives back the locks of a stream. Returns false when the session is not fit for another one. */
async function freeInTime(session: Session, connection: ConnectionOptions): Promise<boolean> {
  const { client } = session
  if (!client.isIdle) return false
  return attend({ ...session, connection }, { answerWithin: ANSWER_WITHIN }, () => client.unlockAll()).then(
    () => true,
    () => false,
  )
}
