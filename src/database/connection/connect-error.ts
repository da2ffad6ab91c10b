import { TargetError } from '../../errors.js'
import { type ConnectionOptions, describeConnection } from './connection.js'
import { dotenvTrap } from './dotenv-traps.js'
import { FOREIGN_PROTOCOL, foreignProtocolLine } from './foreign-server.js'
import { oneLine } from '../one-line.js'
import { redactError, redactor } from './redact.js'

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  // A Unix socket that is not there, or not for us.
  'ENOENT',
  'EACCES',
  'ENOTFOUND',
  'EAI_AGAIN',
  // A name that cannot be asked for.
  'EINVAL',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
  'ECONNRESET',
  'EPIPE',
])

/** What of a login may have been read wrongly, by the SQLSTATE that refuses it. */
const SUSPECTS: Readonly<Record<string, readonly ('user' | 'password' | 'database')[]>> = {
  '28P01': ['password', 'user'],
  '28000': ['user', 'password'],
  '3D000': ['database'],
}

/**
 * Says in one line why logging in failed and what to look at. What was thrown becomes the `cause`. The password is in
 * neither, even if a server or a proxy has repeated it.
 */
export function connectError(thrown: unknown, connection: ConnectionOptions): TargetError {
  const cause = redactError(thrown, redactor(connection))
  const { code = '', message = '' } = (cause ?? {}) as { readonly code?: string; readonly message?: string }
  const hint = dotenvTrap(connection, SUSPECTS[code] ?? [])
  const text = explain(code, oneLine(message), connection)
  return new TargetError(hint === undefined ? text : `${text} ${hint}`, { cause })
}

function explain(code: string, message: string, connection: ConnectionOptions): string {
  const at = describeConnection(connection)
  const { database, user, password, protocol } = connection
  const set = (...names: string[]): string =>
    protocol === 'mysql' ? 'CDC_URL' : names.map((name) => `CLOUDBERRY_${name}`).join(' or ')
  // Node reports an address family each when a name has several; then the message is empty.
  const got = message === '' ? code : message
  if (UNREACHABLE.has(code) || got.startsWith('Connection terminated')) {
    return `Expected a database server at ${at}, got ${got}. Start it, or correct ${protocol === 'mysql' ? 'CDC_URL' : 'CLOUDBERRY_HOST and CLOUDBERRY_PORT'}.`
  }
  switch (code) {
    case FOREIGN_PROTOCOL:
      return foreignProtocolLine(` at ${at}`, got)
    case '28P01':
      return password === undefined
        ? `Expected a password for user \`${user}\` at ${at}, got none. Set ${set('PASSWORD')}.`
        : `Expected user \`${user}\` to be let in at ${at}, got: ${got}. Correct ${set('USER', 'PASSWORD')}.`
    case '28000':
      return `Expected user \`${user}\` to be let in at ${at}, got: ${got}. Correct CLOUDBERRY_USER or CLOUDBERRY_PASSWORD, or the server's pg_hba.conf.`
    case '3D000':
      return `Expected database \`${database}\` at ${at}, got: ${got}. Create it, or correct ${set('DATABASE')}.`
    case '53300':
      return `Expected a free connection at ${at}, got: ${got}. Close others, or raise max_connections.`
    case '57P03':
      return `Expected the server at ${at} to accept connections, got: ${got}. Wait until it is up.`
    default:
      return /SSL|TLS|certificate|altnames/i.test(`${code} ${got}`)
        ? `Expected an encrypted connection to ${at}, got: ${got}. Correct ${set('SSLMODE', 'SSLROOTCERT')}.`
        : `Expected to log in to database \`${database}\` at ${at} as \`${user}\`, got: ${got}. Check the server's log.`
  }
}

/** As the operating system would say it, so that whoever tells errors apart by their code knows it. */
export function noAnswer(milliseconds: number): Error {
  return Object.assign(new Error(`no answer in ${milliseconds} ms`), { code: 'ETIMEDOUT' })
}
