import type { Client } from 'pg'
import { connect } from './connect.js'
import type { ConnectionOptions } from './connection.js'

/** Milliseconds for each of the last words with a server about a session that was given up. */
const LAST_WORD = 2_000

/**
 * Ends a session that may be at work. The server would not notice that nobody waits for it, go on, and keep its locks; so
 * another session tells it. Never rejects: a server that cannot be reached ends the session by itself.
 */
export async function abandon(
  connection: ConnectionOptions,
  client: Client & { readonly processID?: number },
): Promise<void> {
  client.connection.stream.destroy()
  try {
    const other = await connect(connection, { timeout: LAST_WORD })
    const timer = setTimeout(() => other.connection.stream.destroy(), LAST_WORD)
    await other.query('SELECT pg_terminate_backend($1)', [client.processID]).finally(() => clearTimeout(timer))
    await other.end()
  } catch {
    // See above.
  }
}
