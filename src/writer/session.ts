import { setTimeout as delay } from 'node:timers/promises'
import type { Backend, DatabaseClient, Introduction } from '../database/client.js'
import { connect } from '../database/connect.js'
import { noAnswer } from '../database/connection/connect-error.js'
import { lockTables, type TableClaim } from './table-locks.js'

/** A connection that writes a stream. It holds the stream's advisory locks as long as it lives. */
export interface Session extends Introduction {
  readonly client: DatabaseClient
}

export interface SessionOptions extends TableClaim {
  /** Milliseconds after which a session that leaves a question without a word is given up: its other end may be gone. */
  readonly answerWithin: number
}

const POLL_MILLISECONDS = 20

/** Milliseconds for what takes a server no time: to log in and be told where, to end a backend, to roll back. */
const SOON = 10_000

/** Milliseconds in which a session has to stand, or to have rolled back. */
export function soon({ answerWithin }: Pick<SessionOptions, 'answerWithin'>): number {
  return Math.min(answerWithin, SOON)
}

/**
 * Opens a session: logs in, waits until the session that it replaces is gone from the server, and takes the locks.
 *
 * @throws TargetError when another stream holds a lock
 */
export async function openSession(options: SessionOptions, replaces?: Backend): Promise<Session> {
  const { connection, signal, answerWithin, patience = 0 } = options
  const bound = soon(options)
  const client = await connect(connection, { timeout: bound, answerWithin, signal })
  return within(client, patience + bound, signal, async () => {
    const session = { client, ...(await client.introduce()) }
    if (replaces) await outlive(client, replaces, signal)
    await claimTables(session, options)
    return session
  })
}

/**
 * Makes a session that of a stream: triggers find the schema first, and after it what they found before; and it takes the
 * locks, of which it holds none.
 *
 * @throws TargetError when another stream holds one
 */
export async function claimTables({ client, searchPath }: Session, options: SessionOptions): Promise<void> {
  await client.searchFirst(options.connection.schema, searchPath)
  await lockTables(client, options)
}

/**
 * Ends a session whose work fails, takes too long or is given up.
 *
 * @throws what the work throws, and the signal's reason
 */
export async function within<T>(
  client: DatabaseClient,
  milliseconds: number,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const end = (): void => client.destroy(noAnswer(milliseconds))
  const timer = setTimeout(end, milliseconds)
  signal?.addEventListener('abort', end, { once: true })
  try {
    signal?.throwIfAborted()
    return await work()
  } catch (error) {
    client.destroy()
    signal?.throwIfAborted()
    throw error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', end)
  }
}

/**
 * Ends another backend of ours and waits until it is gone: from then on the outcome of its transaction stands. A connection
 * pooler may have given it to this very session, and has ended its transaction before.
 */
export async function outlive(client: DatabaseClient, old: Backend, signal: AbortSignal | undefined): Promise<void> {
  await client.endBackend(old)
  while (await client.isThere(old)) await delay(POLL_MILLISECONDS, undefined, { signal })
}
