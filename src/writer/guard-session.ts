import { attend, type Attendance } from './on-session.js'
import type { ConnectionOptions } from '../database/connection/connection.js'
import { destroySession, type Session } from './session.js'

/**
 * Leaves no session open after an error or an abort, and after an abort nothing at work on the server. Returns false for an
 * error that is expected.
 */
export async function guardSession(
  { client, backend }: Session,
  connection: ConnectionOptions,
  attendance: Attendance,
  work: () => Promise<void>,
  isExpected: (error: unknown) => boolean = () => false,
): Promise<boolean> {
  try {
    await attend({ client, backend: backend.pid, connection }, attendance, work)
    return true
  } catch (error) {
    destroySession(client)
    if (isExpected(error)) return false
    throw error
  }
}
