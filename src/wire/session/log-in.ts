import { foreignProtocolLine, foreignServer } from '../../database/connection/foreign-server.js'
import type { Piece } from '../protocol/message-framer.js'
import { FIELDS } from '../protocol/read-message.js'

/** An SQLSTATE and a line. */
type Refusal = readonly [code: string, message: string]

/** What the client gets of a message, and why it is of no use to it, if it is not. */
interface Passed {
  readonly bytes: Buffer
  readonly refusal?: Refusal | undefined
}

const NO_OFFER: Refusal = ['28000', 'Expected a way to log in without channel binding, got none. Allow scram-sha-256.']

/** How a client logs in, as far as both sides show it. It goes on to the server as it is said; passwords are not looked at. */
export class LogIn {
  /** What a request to cancel a statement of the session has to have; undefined while nobody has logged in. */
  secret: Buffer | undefined
  /** Whether the client was asked for a password, or the like, and has not answered. */
  isAsked = false
  #hasHeard = false

  /** The process number of the server's backend; 0 while nobody has logged in. */
  get backend(): number {
    return this.secret?.readUInt32BE(0) ?? 0
  }

  heard({ type }: Piece): void {
    if (type === 'p') this.isAsked = false
  }

  /** The server says something, whatever it is. Why it is of no use to the client, if it is not. */
  heardServer(chunk: Buffer): Refusal | undefined {
    const foreign = this.#hasHeard ? undefined : foreignServer(chunk)
    this.#hasHeard = true
    return foreign === undefined ? undefined : ['08001', foreignProtocolLine('', foreign)]
  }

  /** The same, message by message. */
  answered({ type, bytes }: Piece): Passed {
    if (type === 'K') this.secret = Buffer.from(bytes.subarray(FIELDS))
    if (type === 'Z') this.isAsked = false
    if (type !== 'R') return { bytes }
    this.isAsked = true
    return withoutChannelBinding(bytes)
  }
}

/** The code of AuthenticationSASL, which offers the ways of logging in. */
const SASL = 10

/**
 * Takes channel binding out of what a server offers: a client that has no encryption of its own to bind to refuses the
 * offer, or is refused for a man in the middle, as it should. All other messages pass.
 */
function withoutChannelBinding(authentication: Buffer): Passed {
  if (authentication.length < FIELDS + 4 || authentication.readUInt32BE(FIELDS) !== SASL)
    return { bytes: authentication }
  const offered = authentication
    .toString('latin1', FIELDS + 4)
    .split('\0')
    .filter(Boolean)
  const left = offered.filter((mechanism) => !mechanism.endsWith('-PLUS'))
  if (left.length === offered.length) return { bytes: authentication }
  const names = Buffer.from(`${left.map((name) => `${name}\0`).join('')}\0`, 'latin1')
  const header = Buffer.from(authentication.subarray(0, FIELDS + 4))
  header.writeUInt32BE(header.length - 1 + names.length, 1)
  return { bytes: Buffer.concat([header, names]), refusal: left.length === 0 ? NO_OFFER : undefined }
}
