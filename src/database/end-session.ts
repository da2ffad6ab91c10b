import type { DatabaseClient } from './client.js'

/** Milliseconds for the last words with a server. One whose connection is gone without a word never says its own. */
const LAST_WORDS = 2_000

/** Ends a session. Never rejects, and does not wait for ever. */
export async function endSession(client: DatabaseClient): Promise<void> {
  const timer = setTimeout(() => client.destroy(), LAST_WORDS)
  await client.end().catch(() => {})
  clearTimeout(timer)
}
