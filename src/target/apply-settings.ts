import { type ClientBase, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg'

/** Sets parameters for the rest of a session, all or none. */
export async function applySettings(client: ClientBase, settings: Readonly<Record<string, string>>): Promise<void> {
  const statements = Object.entries(settings).map(
    ([name, value]) => `SET ${escapeIdentifier(name)} TO ${escapeLiteral(value)}`,
  )
  if (statements.length > 0) await client.query(statements.join(';'))
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
      if (!(error instanceof DatabaseError) || !REFUSED.has(error.code ?? '')) throw error
      refused.push(error.message)
    }
  }
  return refused
}
