import type { SqlClient } from '../database/client.js'
import { TargetError } from '../errors.js'
import { oneLine } from '../database/one-line.js'

/** What the server answers when somebody else creates the same thing at the same moment. */
const ALREADY_THERE = new Set(['23505', '42P06', '42P07', '42710'])

/** Runs a statement that creates `what`. Returns false when it is there already. */
export async function creating(client: SqlClient, statement: string, what: string): Promise<boolean> {
  try {
    await client.query(statement)
    return true
  } catch (cause) {
    const { code = '', message } = cause as Error & { readonly code?: string }
    if (ALREADY_THERE.has(code)) return false
    const todo = code === '42501' ? 'Grant CREATE to the user, or create it yourself.' : 'Create it yourself.'
    throw new TargetError(`Expected to create ${what}, got: ${oneLine(message)}. ${todo}`, { cause })
  }
}
