import { type ClientBase, escapeIdentifier, escapeLiteral } from 'pg'

/** Sets parameters for the rest of a session, all or none. */
export async function applySettings(client: ClientBase, settings: Readonly<Record<string, string>>): Promise<void> {
  const statements = Object.entries(settings).map(
    ([name, value]) => `SET ${escapeIdentifier(name)} TO ${escapeLiteral(value)}`,
  )
  if (statements.length > 0) await client.query(statements.join(';'))
}
