import type { PostgresClient } from './client.js'
import { endSession } from '../end-session.js'

/** For how long a connection pooler lends a session of the server to a client. */
export type Pooling = 'session' | 'transaction' | 'statement'

/** What PgBouncer says to BEGIN where it lends for a statement; it translates nothing. */
const NO_TRANSACTIONS = /statement pooling/

/**
 * Finds out how a pooler lends, by the facts: whether a second client is given the server process that this one has, and
 * whether this one keeps it meanwhile. Where the second has to wait, or cannot be had, the first one holds what it has.
 *
 * @param process The server process that the client has been given
 * @param openSecond Opens a second session, in a short time
 */
export async function findPooling(
  client: PostgresClient,
  process: number,
  openSecond: () => Promise<PostgresClient>,
): Promise<Pooling> {
  let second: PostgresClient | undefined
  const timer = setTimeout(() => second?.destroy(), WAIT)
  try {
    second = await openSecond()
    await second.query('BEGIN')
    const taken = await processOf(second)
    const kept = await processOf(client)
    return taken === process || kept !== process ? 'transaction' : 'session'
  } catch (error) {
    return NO_TRANSACTIONS.test((error as Error).message) ? 'statement' : 'session'
  } finally {
    clearTimeout(timer)
    if (second) await endSession(second)
  }
}

/** Milliseconds for the second session, and all that is asked of it. */
const WAIT = 2_000

async function processOf(client: PostgresClient): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  return rows[0]?.pid
}
