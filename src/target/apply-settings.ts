import { type ClientBase, escapeIdentifier, escapeLiteral, type QueryResult } from 'pg'

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
