import { saysLostSegment } from './cloudberry/segments.js'

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

/** Who may not log in, to what is not there, or with settings that the server does not take. */
const REFUSED_LOGIN = /^(?:28|3D|42|22|0A)/

/**
 * Whether the server has ended the session with this error, or lost a part of itself: FATAL ends the session, PANIC all of
 * them.
 */
function isLostServer(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (!isServerError(current)) continue
    const { code, severity, message } = current
    if (saysLostSegment(code, message)) return true
    return /^(?:FATAL|PANI[CK])$/.test(severity) && !REFUSED_LOGIN.test(code)
  }
  return false
}

/** Whether the error says that the session is gone, or of no use any more. */
export function isLostConnection(error: unknown): boolean {
  const code = errorCode(error)
  if (code === undefined) return error instanceof Error && LOST_CONNECTION.test(error.message)
  return (
    isLostServer(error) ||
    TRANSIENT_SYSTEM_ERRORS.has(code) ||
    code.startsWith('08') ||
    code.startsWith('57P') ||
    code === '53300' ||
    code === IDLE_IN_TRANSACTION ||
    (code === '0A000' && isStalePlan(error))
  )
}

/**
 * Whether trying again can help after an error that answered COMMIT, of a batch that is not there. All that a server says
 * of itself can pass: on a cluster, COMMIT is also where each segment says whether it can. What it says of the rows, as a
 * deferred constraint does, stays.
 */
export function canPassAtCommit(error: unknown): boolean {
  return isTransient(error) || /^(?:XX|58)/.test(errorCode(error) ?? '')
}

/** A lock that was waited for in vain: by time-out, deadlock, or cancelled by the global deadlock detector. */
export function isLockTimeout(error: unknown): boolean {
  return ['55P03', '40P01', '57014'].includes(errorCode(error) ?? '')
}

/** Whether trying again can help. */
export function isTransient(error: unknown): boolean {
  return isLostConnection(error) || TRANSIENT_STATES.has(errorCode(error) ?? '')
}

/** The SQLSTATE or system error code of an error, or of what caused it. Our own codes are passed over. */
export function errorCode(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    const { code } = current as { code?: unknown }
    if (typeof code === 'string' && !code.startsWith('ERR_CDC_')) return code
  }
  return undefined
}

/** What a server has answered, apart from what went wrong on the way to it. */
export interface ServerError extends Error {
  /** The SQLSTATE. */
  readonly code: string
  readonly severity: string
}

/** Whether an error is an answer of the server itself. */
export function isServerError(error: unknown): error is ServerError {
  return (
    error instanceof Error &&
    'severity' in error &&
    typeof error.severity === 'string' &&
    'code' in error &&
    typeof error.code === 'string'
  )
}
