import type { ClientBase, QueryResult } from 'pg'
import { isServerError } from '../error-code.js'
import { escapeIdentifier, escapeLiteral } from './quote.js'

/** Sets parameters for the rest of a session, all or none. Returns the number of the server process that has it. */
export async function applySettings(client: ClientBase, settings: Readonly<Record<string, string>>): Promise<number> {
  const statements = Object.entries(settings).map(
    ([name, value]) => `SET ${escapeIdentifier(name)} TO ${escapeLiteral(value)}`,
  )
  // In one round trip, and so in one transaction.
  const answers: QueryResult<{ pid: number }> | QueryResult<{ pid: number }>[] = await client.query(
    [...statements, 'SELECT pg_backend_pid() AS pid'].join(';'),
  )
  return [answers].flat().at(-1)?.rows[0]?.pid ?? 0
}

/** SQLSTATEs of a parameter that this user, or this session, may not set to this. */
const REFUSED = new Set(['42501', '42704', '55P02', '22023'])

/** Sets those parameters that the server knows, each by itself. Returns what it said about those that it refused. */
export async function applyKnownSettings(
  client: ClientBase,
  settings: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const names = Object.keys(settings)
  if (names.length === 0) return []
  const { rows } = await client.query<{ name: string }>(
    'SELECT name FROM unnest($1::text[]) AS name WHERE current_setting(name, true) IS NOT NULL',
    [names],
  )
  const refused: string[] = []
  for (const { name } of rows) {
    try {
      await applySettings(client, { [name]: settings[name]! })
    } catch (error) {
      if (!isServerError(error) || !REFUSED.has(error.code)) throw error
      refused.push(error.message)
    }
  }
  return refused
}
