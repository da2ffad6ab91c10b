import { connect } from './connect.js'
import type { ConnectionOptions } from './connection.js'

/** A server process, and how its server is reached. */
export interface ServerProcess {
  readonly connection: ConnectionOptions
  readonly pid: number
}

/** Milliseconds for each of the last words with a server about a session that was given up. */
const LAST_WORD = 2_000

/**
 * Ends the server process of a session that was given up while it may be at work: it would not notice that nobody waits for
 * it, go on, and keep its locks. Never rejects: a server that cannot be reached ends the process by itself.
 */
export async function endProcess({ connection, pid }: ServerProcess): Promise<void> {
  try {
    const other = await connect(connection, { timeout: LAST_WORD })
    const timer = setTimeout(() => other.connection.stream.destroy(), LAST_WORD)
    await other.query('SELECT pg_terminate_backend($1)', [pid]).finally(() => clearTimeout(timer))
    await other.end()
  } catch {
    // See above.
  }
}
