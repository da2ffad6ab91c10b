import { CANCEL_REQUEST, SSL_REQUEST } from './read-message.js'

/** A message of PostgreSQL's protocol 3: https://www.postgresql.org/docs/current/protocol-message-formats.html */
function message(type: string, ...fields: readonly Buffer[]): Buffer {
  const body = Buffer.concat(fields)
  return Buffer.concat([Buffer.from(type, 'latin1'), int32(body.length + 4), body])
}

/** A word that ends with a zero byte. */
const word = (value: string): Buffer => Buffer.from(`${value}\0`)

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

export const bindComplete: Buffer = message('2')
export const closeComplete: Buffer = message('3')
export const noData: Buffer = message('n')
export const sync: Buffer = message('S')
export const flush: Buffer = message('H')

export const query = (sql: string): Buffer => message('Q', word(sql))
export const commandComplete = (tag: string): Buffer => message('C', word(tag))
const closeStatement = (name: string): Buffer => message('C', Buffer.from('S'), word(name))
export const closePortal = (name: string): Buffer => message('C', Buffer.from('P'), word(name))

/** Of statements and portals that no client has. */
const OURS = 'vitest_cloudberry_cdc'

/** A statement that is run beside those of the client, whose unnamed ones stay; it has 4 answers: 1, 2, C and 3. */
export function ownStatement(sql: string): Buffer[] {
  return [...run(OURS, OURS, sql), closeStatement(OURS)]
}

/** Prepares a statement under a name of which nobody else knows, and runs it. A statement of that name is forgotten before. */
export function groupOf(name: string, sql: string): Buffer[] {
  return [closeStatement(name), ...run(name, '', sql)]
}

function run(name: string, portal: string, sql: string): Buffer[] {
  return [
    message('P', word(name), word(sql), int16(0)),
    message('B', word(portal), word(name), int16(0), int16(0), int16(0)),
    message('E', word(portal), int32(0)),
  ]
}

/** An ErrorResponse of ours, which ends the session: the client shows its text as it would show a server's. */
export function errorResponse({ code, message: text }: { readonly code: string; readonly message: string }): Buffer {
  return message('E', ...[`SFATAL`, `VFATAL`, `C${code}`, `M${text}`, ''].map(word))
}

/** A request to encrypt what is said. */
export const sslRequest: Buffer = Buffer.concat([int32(8), int32(SSL_REQUEST)])

/** A request to cancel what a session does, by its process number and key. */
export function cancelRequest(secret: Buffer): Buffer {
  return Buffer.concat([int32(8 + secret.length), int32(CANCEL_REQUEST), secret])
}
