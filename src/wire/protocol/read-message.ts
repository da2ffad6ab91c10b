/** The words of a message that end with a zero byte; what is cut off counts as a word. */
interface ZeroEnded {
  readonly bytes: Buffer
  /** Where the next field begins. */
  readonly end: number
  /** Whether the message was cut within it. */
  readonly isCut: boolean
}

/** Reads a word that ends with a zero byte. */
export function zeroEnded(message: Buffer, at: number): ZeroEnded {
  const zero = message.indexOf(0, at)
  const end = zero === -1 ? message.length : zero
  return { bytes: message.subarray(at, end), end: Math.min(end + 1, message.length), isCut: zero === -1 }
}

/** Where the fields of a typed message begin: behind its letter and length. */
export const FIELDS = 5

/** The text of a word that ends with a zero byte. */
export function textAt(message: Buffer, at: number): string {
  return zeroEnded(message, at).bytes.toString()
}

// https://www.postgresql.org/docs/current/protocol-message-formats.html
export const CANCEL_REQUEST = 80_877_102
export const SSL_REQUEST = 80_877_103
const GSSENC_REQUEST = 80_877_104

/** What a client says before it has a session. */
type FirstMessage =
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

/** A parameter in a Bind. */
interface BindValue {
  /** Undefined is NULL. */
  readonly bytes: Buffer | undefined
  readonly isBinary: boolean
  /** Where its length stands. */
  readonly at: number
}

/** The parameters of a Bind; of one that is cut, those that are whole. */
export function bindValues(bind: Buffer): BindValue[] {
  let at = zeroEnded(bind, zeroEnded(bind, FIELDS).end).end
  const shorts = (): number => {
    const value = at + 2 <= bind.length ? bind.readUInt16BE(at) : 0
    at += 2
    return value
  }
  const formats = Array.from({ length: shorts() }, shorts)
  const values: BindValue[] = []
  for (let left = shorts(); left > 0 && at + 4 <= bind.length; left -= 1) {
    const length = bind.readInt32BE(at)
    const isBinary = (formats.length === 1 ? formats[0] : formats[values.length]) === 1
    values.push({ bytes: length < 0 ? undefined : bind.subarray(at + 4, at + 4 + length), isBinary, at })
    at += 4 + Math.max(0, length)
  }
  return values
}

/** Characters of a parameter that are shown. */
const SHOWN = 40

/** The parameters of a Bind, cut short: those that came in binary form in hexadecimal, NULL as null. */
export function shownParameters(bind: Buffer): (string | null)[] {
  return bindValues(bind).map(({ bytes, isBinary }) => (bytes ? shown(bytes, isBinary) : null))
}

function shown(value: Buffer, isBinary: boolean): string {
  const text = isBinary ? `\\x${value.toString('hex', 0, SHOWN)}` : value.toString('utf8', 0, 4 * SHOWN)
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text
}

/** int8, int2, int4, by their number in a catalog: what a client that sends binary numbers calls their types. */
const INTEGERS: ReadonlySet<number> = new Set([20, 21, 23])

/**
 * A parameter that is one more or less.
 *
 * @param type Its number, if the client has said it; a text needs none
 * @returns undefined where it is no whole number, or none of its type afterwards
 */
export function moved({ bytes, isBinary }: BindValue, type: number | undefined, by: number): Buffer | undefined {
  if (!bytes) return undefined
  if (!isBinary) {
    const text = bytes.length <= 19 ? bytes.toString('latin1') : ''
    return /^-?\d{1,18}$/.test(text) ? Buffer.from(String(BigInt(text) + BigInt(by))) : undefined
  }
  if (type === undefined || !INTEGERS.has(type)) return undefined
  const next = Buffer.alloc(bytes.length)
  try {
    if (bytes.length === 8) next.writeBigInt64BE(bytes.readBigInt64BE() + BigInt(by))
    else next.writeIntBE(bytes.readIntBE(0, bytes.length) + by, 0, bytes.length)
  } catch {
    return undefined
  }
  return next
}
