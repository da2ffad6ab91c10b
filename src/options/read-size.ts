import { OptionsError } from '../errors.js'

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }
const LEAST = 1024

/** Reads bytes: `500K`, `10M`, `1G`, or a plain number. */
export function readSize(text: string, name: string): number {
  const [, digits, unit = ''] = /^(\d{1,12})([KMG]?)$/i.exec(text.trim()) ?? []
  const bytes = digits === undefined ? 0 : Number(digits) * UNITS[unit.toUpperCase()]!
  if (bytes >= LEAST && Number.isSafeInteger(bytes)) return bytes
  throw new OptionsError(`Expected ${name} to be a size of 1K or more such as 10M, got \`${text}\`.`)
}
