import type { Piece } from './message-framer.js'
import { FIELDS } from './message-text.js'
import { withoutChannelBinding } from './offered-mechanisms.js'

/** How a client logs in, as far as both sides tell. It goes on to the server as it is said; passwords are not looked at. */
export class LogIn {
  #secret: Buffer | undefined
  #isAsked = false

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

  /** The server says something. What the client gets of it: `isRefused` where no way to log in is left to a client without encryption. */
  answered({ type, bytes }: Piece): { readonly bytes: Buffer; readonly isRefused?: boolean } {
    if (type === 'K') this.#secret = Buffer.from(bytes.subarray(FIELDS))
    if (type === 'Z') this.#isAsked = false
    if (type !== 'R') return { bytes }
    this.#isAsked = true
    const offer = withoutChannelBinding(bytes)
    return offer ? { bytes: offer.bytes, isRefused: offer.isEmpty } : { bytes }
  }
}
