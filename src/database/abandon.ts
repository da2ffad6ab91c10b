import type { DatabaseClient } from './client.js'
import { connect } from './connect.js'
import type { ConnectionOptions } from './connection/connection.js'
import { endSession } from './end-session.js'

/** Milliseconds for each of the last words with a server about a session that was given up. */
const LAST_WORD = 2_000

/**
 * Ends a session that may be at work. The server would not notice that nobody waits for it, go on, and keep its locks; so
 * another session tells it. Never rejects: a server that cannot be reached ends the session by itself.
 *
 * @param backend The server process. A connection pooler gives its clients numbers of its own
 */
export async function abandon(connection: ConnectionOptions, client: DatabaseClient, backend: number): Promise<void> {
  client.destroy()
  try {
    const other = await connect(connection, { timeout: LAST_WORD })
    const timer = setTimeout(() => other.destroy(), LAST_WORD)
    await other.endBackend({ pid: backend }).finally(() => clearTimeout(timer))
    await endSession(other)
  } catch {
    // See above.
  }
}
