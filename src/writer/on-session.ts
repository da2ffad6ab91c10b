import type { Client } from 'pg'
import { boundSilence } from '../target/bound-silence.js'
import { connect, type ConnectOptions } from '../target/connect.js'
import type { ConnectionOptions } from '../target/connection.js'
import { endProcess, type ServerProcess } from '../target/end-process.js'
import { endSession } from '../target/end-session.js'
import { destroySession } from './session.js'
import { isTransient } from './transient.js'
import { type Patience, tryAgain } from './try-again.js'

/** How long a session is waited for. */
export interface Attendance {
  /** Milliseconds in which the server has to send something while a work waits for it. */
  readonly answerWithin: number
  readonly signal?: AbortSignal | undefined
  /** What works for the session on the server. When the signal comes, it is ended as well. @default it is left alone */
  readonly process?: ServerProcess
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
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const { applicationName, settings, signal } = options
  let { known = false } = options
  const once = async (): Promise<T> => {
    const client = await connect(connection, {
      ...(applicationName !== undefined && { applicationName }),
      ...(settings && { settings }),
      ...(signal && { signal }),
    })
    known = true
    try {
      // What nobody can give up needs not be known.
      const process = signal && { connection, pid: await processOf(client) }
      return await attend(client, { ...options, ...(process && { process }) }, () => work(client))
    } finally {
      await endSession(client)
    }
  }
  return tryAgain(once, { ...options, canPass: (error) => known && isTransient(error) })
}

/** Waits for what a session works at. It is given up when its server says nothing for too long, or the signal comes. */
export async function attend<T>(
  client: Client,
  { answerWithin, signal, process }: Attendance,
  work: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  let ending: Promise<void> | undefined
  const abandon = (): void => {
    destroySession(client)
    if (process) ending = endProcess(process)
  }
  signal?.addEventListener('abort', abandon, { once: true })
  const unbind = boundSilence(client, answerWithin)
  try {
    return await work()
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', abandon)
    unbind()
    await ending
  }
}

/** A pooler tells clients other numbers. */
async function processOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  return rows[0]!.pid
}
