import { abandon } from '../target/abandon.js'
import type { ConnectionOptions } from '../target/connection.js'
import { destroySession, type Session } from '../writer/session.js'

/**
 * Leaves no session open after an error or an abort, and after an abort nothing at work on the server. Returns false for an
 * error that is expected.
 */
export async function guardSession(
  { client }: Session,
  connection: ConnectionOptions,
  signal: AbortSignal,
  work: () => Promise<void>,
  isExpected: (error: unknown) => boolean = () => false,
): Promise<boolean> {
  let abandoned: Promise<void> | undefined
  const onAbort = (): void => void (abandoned = abandon(connection, client))
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    signal.throwIfAborted()
    await work()
    return true
  } catch (error) {
    destroySession(client)
    await abandoned
    if (isExpected(error)) return false
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
