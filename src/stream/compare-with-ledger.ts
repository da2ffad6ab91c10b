import type { PlannedLedger } from '../ledger/planned-ledger.js'
import type { Verification } from '../ledger/verification.js'
import type { ConnectionOptions } from '../database/connection.js'
import { READ_SETTINGS } from '../database/text-settings.js'
import { onSession } from '../writer/on-session.js'
import { PgTableReader } from '../writer/pg-table-reader.js'

/**
 * Reads the tables on a session of its own, and compares them with the ledger after its last commit; from the beginning
 * when the session is lost.
 *
 * @throws TargetError when no session lasts
 */
export async function compareWithLedger(
  ledger: PlannedLedger,
  connection: ConnectionOptions,
  patience: { readonly retryFor: number; readonly answerWithin: number; readonly signal: AbortSignal | undefined },
): Promise<Verification> {
  const { signal } = patience
  const options = {
    ...patience,
    what: 'compare the tables with the ledger',
    known: true,
    settings: READ_SETTINGS,
  }
  return onSession(connection, options, (client) =>
    ledger.verify(new PgTableReader(client, connection.schema), signal ? { signal } : {}),
  )
}
