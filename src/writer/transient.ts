import { errorCode } from './error-code.js'

/**
 * SQLSTATEs after which the same transaction can succeed: deadlock, serialization failure, lock timeout, cancelled (by a
 * statement timeout, and by the global deadlock detector), server shutting down, crashed or starting, too many connections
 * (https://www.postgresql.org/docs/14/errcodes-appendix.html). Class 08 is the connection.
 */
const TRANSIENT_STATES = new Set(['40P01', '40001', '55P03', '57014', '57P01', '57P02', '57P03', '53300'])

const TRANSIENT_SYSTEM_ERRORS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
])

/** `pg` reports a lost connection by these texts, without a code (https://github.com/brianc/node-postgres/issues/2191). */
const LOST_CONNECTION = /connection terminated|connection error|not queryable|client was closed|connection ended/i

/** The server has ended a session that did nothing in its transaction. */
const IDLE_IN_TRANSACTION = '25P03'

/**
 * A prepared statement of this session, ours or a trigger's, returns other columns since a table was altered. It never
 * works again; only a new session prepares it anew (https://www.postgresql.org/docs/14/sql-prepare.html).
 */
function isStalePlan(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  // Its SQLSTATE means any feature that is not supported, and its text is translated; the function's name is not.
  return (error as { routine?: unknown }).routine === 'RevalidateCachedQuery' || isStalePlan(error.cause)
}

/** Whether the error says that the session is gone, or of no use any more. */
export function isLostConnection(error: unknown): boolean {
  const code = errorCode(error)
  if (code === undefined) return error instanceof Error && LOST_CONNECTION.test(error.message)
  return (
    TRANSIENT_SYSTEM_ERRORS.has(code) ||
    code.startsWith('08') ||
    code.startsWith('57P') ||
    code === '53300' ||
    code === IDLE_IN_TRANSACTION ||
    (code === '0A000' && isStalePlan(error))
  )
}

/** A lock that was waited for in vain: by time-out, deadlock, or cancelled by the global deadlock detector. */
export function isLockTimeout(error: unknown): boolean {
  return ['55P03', '40P01', '57014'].includes(errorCode(error) ?? '')
}

/** Whether trying again can help. */
export function isTransient(error: unknown): boolean {
  return isLostConnection(error) || TRANSIENT_STATES.has(errorCode(error) ?? '')
}
