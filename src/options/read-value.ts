import { OptionsError } from '../errors.js'

/** Makes a value of what was typed; `name` is where it was typed, for the message: `--batch-size` or `CDC_BATCH_SIZE`. */
export type ReadValue<T> = (text: string, name: string) => T

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** Reads a number. Its range is checked where the options are resolved, for everybody who sets them. */
export function readNumber(example: string): ReadValue<number> {
  return (text, name) => {
    if (decimal.test(text.trim())) return Number(text)
    throw new OptionsError(`Expected ${name} to be a number such as ${example}, got \`${text}\`.`)
  }
}

/** Reads an integer of a setting that only the command line has. */
export function readInteger(least: number, most: number): ReadValue<number> {
  return (text, name) => {
    const value = /^\d{1,10}$/.test(text.trim()) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new OptionsError(`Expected ${name} to be an integer from ${least} to ${most}, got \`${text}\`.`)
  }
}

/** Reads one of a few words. */
export function readChoice<const T extends string>(choices: readonly T[]): ReadValue<T> {
  return (text, name) => {
    const choice = choices.find((candidate) => candidate === text.trim())
    if (choice !== undefined) return choice
    const expected = new Intl.ListFormat('en', { type: 'disjunction' }).format(choices)
    throw new OptionsError(`Expected ${name} to be ${expected}, got \`${text}\`.`)
  }
}

/** Reads text as it is. */
export const readText: ReadValue<string> = (text) => text

/** Reads a switch; only environment variables spell one out. */
export const readSwitch: ReadValue<boolean> = (text, name) => {
  const word = text.trim().toLowerCase()
  if (['1', 'true', 'yes', 'on'].includes(word)) return true
  if (['0', 'false', 'no', 'off'].includes(word)) return false
  throw new OptionsError(`Expected ${name} to be 1 or 0, got \`${text}\`.`)
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }
const LEAST_SIZE = 1024

/** Reads bytes: `500K`, `10M`, `1G`, or a plain number. */
export function readSize(text: string, name: string): number {
  const [, digits, unit = ''] = /^(\d{1,12})([KMG]?)$/i.exec(text.trim()) ?? []
  const bytes = digits === undefined ? 0 : Number(digits) * UNITS[unit.toUpperCase()]!
  if (bytes >= LEAST_SIZE && Number.isSafeInteger(bytes)) return bytes
  throw new OptionsError(`Expected ${name} to be a size of 1K or more such as 10M, got \`${text}\`.`)
}
