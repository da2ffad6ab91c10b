import { foreignProtocolLine, foreignServer } from '../database/connection/foreign-server.js'
import type { Piece } from './message-framer.js'
import { FIELDS } from './message-text.js'
import { withoutChannelBinding } from './offered-mechanisms.js'

/** An SQLSTATE and a line. */
type Refusal = readonly [code: string, message: string]

const NO_OFFER: Refusal = ['28000', 'Expected a way to log in without channel binding, got none. Allow scram-sha-256.']

/** How a client logs in, as far as both sides tell. It goes on to the server as it is said; passwords are not looked at. */
export class LogIn {
  #secret: Buffer | undefined
  #isAsked = false
  #hasHeard = false

  /** The process number of the server's backend; 0 while nobody has logged in. */
  get backend(): number {
    return this.#secret?.readUInt32BE(0) ?? 0
  }

  /** What a request to cancel a statement of the session has to have; undefined while nobody has logged in. */
  get secret(): Buffer | undefined {
    return this.#secret
  }

  /** Whether the client was asked for a password, or the like, and has not answered. */
  get isAsked(): boolean {
    return this.#isAsked
  }

  /** Whether a request to cancel that has this secret is for the session. */
  has(secret: Buffer): boolean {
    return this.#secret?.equals(secret) ?? false
  }

  /** The client has said something. */
  heard({ type }: Piece): void {
    if (type === 'p') this.#isAsked = false
  }

  /** The server says something, whatever it is. Why it is of no use to the client, if it is not. */
  heardServer(chunk: Buffer): Refusal | undefined {
    const foreign = this.#hasHeard ? undefined : foreignServer(chunk)
    this.#hasHeard = true
    return foreign === undefined ? undefined : ['08001', foreignProtocolLine('', foreign)]
  }

  /** The same, message by message. What the client gets of it, and why it is of no use to it, if it is not. */
  answered({ type, bytes }: Piece): { readonly bytes: Buffer; readonly refusal?: Refusal | undefined } {
    if (type === 'K') this.#secret = Buffer.from(bytes.subarray(FIELDS))
    if (type === 'Z') this.#isAsked = false
    if (type !== 'R') return { bytes }
    this.#isAsked = true
    const offer = withoutChannelBinding(bytes)
    return offer ? { bytes: offer.bytes, refusal: offer.isEmpty ? NO_OFFER : undefined } : { bytes }
  }
}
