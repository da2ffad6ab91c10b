import type { DatabaseClient } from '../database/client.js'
import { abandon } from '../database/abandon.js'
import { connect } from '../database/connect.js'
import type { ConnectOptions } from '../database/connection/connect-options.js'
import type { ConnectionOptions } from '../database/connection/connection.js'
import { endSession } from '../database/end-session.js'
import { isTransient } from '../database/transient.js'
import { type Patience, tryAgain } from './try-again.js'

/** How long a session is waited for. */
export interface Attendance {
  /** Milliseconds in which the server has to send something while a work waits for it. */
  readonly answerWithin: number
  readonly signal?: AbortSignal | undefined
}

/** A session that is at work. */
export interface Attended {
  readonly client: DatabaseClient
  /** Its server process. */
  readonly backend: number
  readonly connection: ConnectionOptions
}

/** A work that has a session of its own. */
export interface SessionWork
  extends Attendance, Omit<Patience, 'canPass'>, Pick<ConnectOptions, 'applicationName' | 'settings'> {
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
  const { applicationName, settings, signal, answerWithin } = options
  let { known = false } = options
  const once = async (): Promise<T> => {
    const client = await connect(connection, {
      ...(applicationName !== undefined && { applicationName }),
      ...(settings && { settings }),
      ...(signal && { signal }),
      answerWithin,
    })
    known = true
    try {
      const { pid: backend } = await client.identify()
      return await attend({ client, connection, backend }, options, () => work(client))
    } finally {
      await endSession(client)
    }
  }
  return tryAgain(once, { ...options, canPass: (error) => known && isTransient(error) })
}

/**
 * Waits for what a session works at. It is given up when its server says nothing for too long; and, with the server
 * process that may be at work, when the signal comes.
 */
export async function attend<T>(
  { client, backend, connection }: Attended,
  { answerWithin, signal }: Attendance,
  work: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  let abandoned: Promise<void> | undefined
  const onAbort = (): void => void (abandoned = abandon(connection, client, backend))
  signal?.addEventListener('abort', onAbort, { once: true })
  const unbind = client.boundSilence(answerWithin)
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
