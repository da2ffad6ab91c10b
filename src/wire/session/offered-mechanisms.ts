import { FIELDS } from '../protocol/message-text.js'

/** The code of AuthenticationSASL, which offers the ways of logging in. */
const SASL = 10

/**
 * Takes channel binding out of what a server offers: a client that has no encryption of its own to bind to refuses the
 * offer, or is refused for a man in the middle, as it should. Undefined for all other messages.
 *
 * @returns `bytes` as the client gets them, and whether there is nothing else that it could choose
 */
export function withoutChannelBinding(
  authentication: Buffer,
): { readonly bytes: Buffer; readonly isEmpty: boolean } | undefined {
  if (authentication.length < FIELDS + 4 || authentication.readUInt32BE(FIELDS) !== SASL) return undefined
  const offered = authentication
    .toString('latin1', FIELDS + 4)
    .split('\0')
    .filter(Boolean)
  const left = offered.filter((mechanism) => !mechanism.endsWith('-PLUS'))
  if (left.length === offered.length) return undefined
  const names = Buffer.from(`${left.map((name) => `${name}\0`).join('')}\0`, 'latin1')
  const header = Buffer.from(authentication.subarray(0, FIELDS + 4))
  header.writeUInt32BE(header.length - 1 + names.length, 1)
  return { bytes: Buffer.concat([header, names]), isEmpty: left.length === 0 }
}
