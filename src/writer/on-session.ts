import type { Backend, DatabaseClient } from '../database/client.js'
import { connect } from '../database/connect.js'
import type { ConnectionOptions, ConnectOptions } from '../database/connection/connection.js'
import { isTransient } from '../database/transient.js'
import { within } from './session.js'
import { type Patience, tryAgain } from './retry.js'

export interface Attendance {
  /** Milliseconds in which the server has to send something while a work waits for it. */
  readonly answerWithin: number
  readonly signal?: AbortSignal | undefined
}

/** A session that is at work. */
export interface Attended {
  readonly client: DatabaseClient
  readonly backend: Pick<Backend, 'pid'>
  readonly connection: ConnectionOptions
}

/** A work that has a session of its own. */
export interface SessionWork
  extends
    Attendance,
    Omit<Patience, 'canPass'>,
    Pick<ConnectOptions, 'applicationName' | 'settings' | 'reads' | 'searchesFirst'> {
  /**
   * Whether the server was reached before, so that one that is away is waited for. Else an address may be wrong, which is
   * told at once. @default false
   */
  readonly known?: boolean
}

/**
 * Opens a session, works on it and ends it; on another one, from the beginning, when it is lost.
 *
 * @throws TargetError when no session can be had, or none lasts
 */
export async function onSession<T>(
  connection: ConnectionOptions,
  options: SessionWork,
  work: (client: DatabaseClient) => Promise<T>,
): Promise<T> {
  const { applicationName, settings, reads, searchesFirst, signal, answerWithin } = options
  let { known = false } = options
  const once = async (): Promise<T> => {
    const client = await connect(connection, { applicationName, settings, reads, searchesFirst, signal, answerWithin })
    known = true
    try {
      const backend = await client.identify()
      return await attend({ client, connection, backend }, options, () => work(client))
    } finally {
      await client.close()
    }
  }
  return tryAgain(once, { ...options, canPass: (error) => known && isTransient(error) })
}

/**
 * Waits for what a session works at. It is given up when its server says nothing for too long; and, with the server
 * process that may be at work, when the signal comes.
 */
export async function attend<T>(
  attended: Attended,
  { answerWithin, signal }: Attendance,
  work: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  let abandoned: Promise<void> | undefined
  const onAbort = (): void => void (abandoned = abandon(attended))
  signal?.addEventListener('abort', onAbort, { once: true })
  const unbind = attended.client.boundSilence(answerWithin)
  try {
    return await work()
  } catch (error) {
    await abandoned
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', onAbort)
    unbind()
  }
}

/** Milliseconds for each of the last words with a server about a session that was given up. */
const LAST_WORD = 2_000

/**
 * Ends a session that may be at work. The server would not notice that nobody waits for it, go on, and keep its locks; so
 * another session tells it. Never rejects: a server that cannot be reached ends the session by itself.
 */
export async function abandon({ client, backend: { pid }, connection }: Attended): Promise<void> {
  client.destroy()
  try {
    const other = await connect(connection, { timeout: LAST_WORD })
    await within(other, LAST_WORD, undefined, () => other.endBackend({ pid }))
    await other.close()
  } catch {
    // See above.
  }
}
