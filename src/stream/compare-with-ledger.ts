import type { PlannedLedger } from '../ledger/planned-ledger.js'
import type { Verification } from '../ledger/verification.js'
import { abandon } from '../target/abandon.js'
import { connect } from '../target/connect.js'
import type { ConnectionOptions } from '../target/connection.js'
import { PgTableReader } from '../writer/pg-table-reader.js'

/** Reads the tables on a session of its own, and compares them with the ledger after its last commit. */
export async function compareWithLedger(
  ledger: PlannedLedger,
  connection: ConnectionOptions,
  signal: AbortSignal | undefined,
): Promise<Verification> {
  const given = signal ? { signal } : {}
  const client = await connect(connection, { settings: { DateStyle: 'ISO' }, ...given })
  let abandoned: Promise<void> | undefined
  const onAbort = (): void => void (abandoned = abandon(connection, client))
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    return await ledger.verify(new PgTableReader(client, connection.schema), given)
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', onAbort)
    await (abandoned ?? client.end())
  }
}
