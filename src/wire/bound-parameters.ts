import { FIELDS, zeroEnded } from './message-text.js'

/** Characters of a parameter that are told. */
const SHOWN = 40

/** The parameters of a Bind, cut short: those that came in binary form in hexadecimal, NULL as null. */
export function boundParameters(bind: Buffer): (string | null)[] {
  let at = zeroEnded(bind, zeroEnded(bind, FIELDS).end).end
  const shorts = (): number => {
    const value = at + 2 <= bind.length ? bind.readUInt16BE(at) : 0
    at += 2
    return value
  }
  const formats = Array.from({ length: shorts() }, shorts)
  const parameters: (string | null)[] = []
  for (let left = shorts(); left > 0 && at + 4 <= bind.length; left -= 1) {
    const length = bind.readInt32BE(at)
    at += 4
    if (length < 0) parameters.push(null)
    else {
      const isBinary = (formats.length === 1 ? formats[0] : formats[parameters.length]) === 1
      parameters.push(shown(bind.subarray(at, at + length), isBinary))
      at += length
    }
  }
  return parameters
}

function shown(value: Buffer, isBinary: boolean): string {
  const text = isBinary ? `\\x${value.toString('hex', 0, SHOWN)}` : value.toString('utf8', 0, 4 * SHOWN)
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text
}
