import type { ServerError } from '../transient.js'

/**
 * SQLSTATEs of PostgreSQL for numbers of MySQL and MariaDB, whose own states are too few to tell what can pass
 * (https://mariadb.com/kb/en/mariadb-error-code-reference/, https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html).
 */
const STATES: Readonly<Record<number, string>> = {
  1007: '42P06',
  1020: '40001',
  1040: '53300',
  1044: '42501',
  1045: '28P01',
  1048: '23502',
  1049: '3D000',
  1050: '42P07',
  1053: '57P01',
  1062: '23505',
  1142: '42501',
  1143: '42501',
  1146: '42P01',
  1148: '0A000',
  1159: '08006',
  1161: '08006',
  1203: '53300',
  1205: '55P03',
  1213: '40P01',
  1226: '53300',
  1227: '42501',
  // Read-only, as a primary is after a failover: another session may find another server.
  1290: '57P03',
  1317: '57014',
  1451: '23503',
  1452: '23503',
  1698: '28P01',
  1792: '57P03',
  1836: '57P03',
  // The connection was killed.
  1927: '57P01',
  1969: '57014',
  3024: '57014',
  3948: '0A000',
  3572: '55P03',
  3819: '23514',
  4166: '0A000',
  4025: '23514',
  // The server has closed a connection that was idle.
  4031: '57P01',
}

interface MysqlError extends Error {
  readonly code?: string
  /** Of the server it is above 1000, of the operating system below 0. */
  readonly errno?: number
  readonly sqlState?: string
  readonly fatal?: boolean
}

/** An error with the SQLSTATE that PostgreSQL would have; without the statement, which mysql2 adds. */
export function serverError(thrown: unknown): Error {
  const { message, code, errno = 0, sqlState, fatal = false } = thrown as MysqlError
  const state = STATES[errno] ?? sqlState
  if (errno > 1000 && state !== undefined) return answer(message, state)
  // mysql2 calls a lost connection by names of its own.
  const isSystem = code !== undefined && /^E[A-Z]+$/.test(code)
  if (isSystem) return thrown as Error
  const isLost = fatal || /closed state|closed connection|connection lost/i.test(message)
  return Object.assign(new Error(message), { code: isLost ? 'ECONNRESET' : (code ?? 'HY000') })
}

/** What the server has answered, or would have if it had not made a warning of it. */
export function answer(message: string, code: string): ServerError {
  return Object.assign(new Error(message), { code, severity: code.startsWith('57P') ? 'FATAL' : 'ERROR' })
}

/** The SQLSTATE of a number. */
export function stateOf(errno: number): string {
  return STATES[errno] ?? 'HY000'
}
