import { destroySession, type Session } from '../writer/session.js'

/** Leaves no session open after an error or an abort. Returns false for an error that is expected. */
export async function guardSession(
  { client }: Session,
  signal: AbortSignal,
  work: () => Promise<void>,
  isExpected: (error: unknown) => boolean = () => false,
): Promise<boolean> {
  const abandon = (): void => destroySession(client)
  signal.addEventListener('abort', abandon, { once: true })
  try {
    await work()
    return true
  } catch (error) {
    abandon()
    if (isExpected(error)) return false
    throw error
  } finally {
    signal.removeEventListener('abort', abandon)
  }
}
