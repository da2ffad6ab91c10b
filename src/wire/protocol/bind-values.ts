import { FIELDS, zeroEnded } from './message-text.js'

/** A parameter in a Bind. */
export interface BindValue {
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
