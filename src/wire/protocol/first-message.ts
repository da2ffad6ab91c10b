/** PostgreSQL takes no longer one. */
export const LONGEST_FIRST_MESSAGE_BYTES = 10_000

// https://www.postgresql.org/docs/current/protocol-message-formats.html
export const CANCEL_REQUEST = 80_877_102
const SSL_REQUEST = 80_877_103
const GSSENC_REQUEST = 80_877_104

/** What a client says before it has a session. */
export type FirstMessage =
  | { readonly kind: 'encryption'; readonly by: 'TLS' | 'GSSAPI' }
  /** The secret names the session whose statement is to be cancelled: a process number and a key. */
  | { readonly kind: 'cancel'; readonly secret: Buffer }
  | { readonly kind: 'startup'; readonly parameters: ReadonlyMap<string, string> }
  | { readonly kind: 'unknown' }

/** Reads a message that has no type, with its length in front. */
export function firstMessageOf(bytes: Buffer): FirstMessage {
  const code = bytes.readUInt32BE(4)
  if (code === SSL_REQUEST) return { kind: 'encryption', by: 'TLS' }
  if (code === GSSENC_REQUEST) return { kind: 'encryption', by: 'GSSAPI' }
  if (code === CANCEL_REQUEST) return { kind: 'cancel', secret: bytes.subarray(8) }
  return code >>> 16 === 3 ? { kind: 'startup', parameters: parametersOf(bytes) } : { kind: 'unknown' }
}

function parametersOf(bytes: Buffer): ReadonlyMap<string, string> {
  const words = bytes.toString('utf8', 8).split('\0')
  const pairs = words.flatMap((name, index): [string, string][] =>
    index % 2 === 0 && name !== '' ? [[name, words[index + 1] ?? '']] : [],
  )
  return new Map(pairs)
}
