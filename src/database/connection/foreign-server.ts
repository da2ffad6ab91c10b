import { oneLine } from '../one-line.js'

/** The code of the error; the operating system's for a protocol of another kind. */
export const FOREIGN_PROTOCOL = 'EPROTOTYPE'

/** The version of MySQL's protocol, and what stands there when it refuses a client. */
const [VERSION, REFUSAL] = [10, 0xff]
const SEVERITY = 'S'.charCodeAt(0)

/**
 * What a server is that has another protocol; undefined for one that may be of PostgreSQL. MySQL and its relatives greet
 * first: by a packet of less than 64 KiB, the number 0, and their version.
 *
 * @param first the first bytes that it has said
 */
export function foreignServer(first: Buffer): string | undefined {
  if (first.length < 6 || first[2] !== 0 || first[3] !== 0) return undefined
  // Of PostgreSQL these are the length of a message, of which 10 fits none, and 255 an error, whose severity comes first.
  const [kind, next] = [first.readUInt8(4), first.readUInt8(5)]
  if (first[1] !== 0 || (kind !== VERSION && (kind !== REFUSAL || next === SEVERITY))) return undefined
  const [text = ''] = first.toString('latin1', kind === VERSION ? 5 : 7).split('\0')
  return `one of MySQL (${oneLine(text.replaceAll(/[^\x20-\x7e]/g, ' '), 100)})`
}

/** The error about such a server. */
export function foreignProtocol(server: string): Error {
  return Object.assign(new Error(server), { code: FOREIGN_PROTOCOL })
}

/** What is said about it, in one line. */
export function foreignProtocolLine(at: string, server: string): string {
  return `Expected a server of PostgreSQL's protocol${at}, got ${server}. The stream and the wire of its job speak no other.`
}
