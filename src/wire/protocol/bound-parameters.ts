import { bindValues } from './bind-values.js'

/** Characters of a parameter that are told. */
const SHOWN = 40

/** The parameters of a Bind, cut short: those that came in binary form in hexadecimal, NULL as null. */
export function boundParameters(bind: Buffer): (string | null)[] {
  return bindValues(bind).map(({ bytes, isBinary }) => (bytes ? shown(bytes, isBinary) : null))
}

function shown(value: Buffer, isBinary: boolean): string {
  const text = isBinary ? `\\x${value.toString('hex', 0, SHOWN)}` : value.toString('utf8', 0, 4 * SHOWN)
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text
}
