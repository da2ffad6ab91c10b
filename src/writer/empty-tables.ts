import type { DatabaseClient, Emptying } from '../database/client.js'
import { TargetError } from '../errors.js'

/**
 * Empties tables in one transaction.
 *
 * @throws TargetError that says what stood in the way
 */
export async function emptyTables(client: DatabaseClient, emptying: Emptying): Promise<void> {
  try {
    await client.empty(emptying)
  } catch (cause) {
    const reason = (cause as Error).message.replace(/\.$/, '')
    throw new TargetError(
      `Expected to empty the tables of schema \`${emptying.schema}\` before the script, got: ${reason}. ` +
        'End the sessions that use them, and look at `reset`.',
      { cause },
    )
  }
}
