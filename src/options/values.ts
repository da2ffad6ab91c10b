import * as z from 'zod/mini'
import type { ReadValue, ValueKind } from './option.js'
import { OptionsError } from '../errors.js'

export const DAY_MS = 86_400_000

/** A number from one to another, both included. */
export function number(least: number, most: number, words: string): ValueKind<number> {
  return { schema: z.number().check(z.gte(least), z.lte(most)), words, read: readNumber }
}

export function integer(least: number, most: number): ValueKind<number> {
  return {
    schema: z.int().check(z.gte(least), z.lte(most)),
    words: `an integer from ${least} to ${most}`,
    read: readNumber,
  }
}

export function milliseconds(least: number, most: number): ValueKind<number> {
  return number(least, most, `a number of milliseconds from ${least} to ${most}`)
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000 }

/** Milliseconds, typed with their unit: `50ms`, `2s`, `1.5min`. */
export function duration(least: number, most: number): ValueKind<number> {
  return { ...milliseconds(least, most), read: readDuration }
}

function readDuration(example: string): ReadValue<number> {
  return (text, name) => {
    const [, digits, unit] = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|min)$/.exec(text.trim()) ?? []
    if (digits !== undefined && unit !== undefined) return Number(digits) * UNIT_MS[unit]!
    throw new OptionsError(`Expected ${name} to be a time such as ${example}, got \`${text}\`.`)
  }
}

export const share: ValueKind<number> = number(0, 1, 'a share from 0 to 1')

export const onOrOff: ValueKind<boolean> = { schema: z.boolean(), words: 'true or false', read: () => readSwitch }

export function choice<const T extends string>(choices: readonly T[]): ValueKind<T> {
  return {
    schema: z.enum(choices),
    // When it is asked for: making a format takes longer than all else that the table of options is made of.
    get words() {
      return new Intl.ListFormat('en', { type: 'disjunction' }).format(choices)
    },
    choices,
    read: () => readChoice(choices),
  }
}

/** Some of them, typed with commas. */
export function choices<const T extends string>(all: readonly T[]): ValueKind<readonly T[]> {
  const { choices: shown } = choice(all)
  return {
    schema: z.array(z.enum(all)),
    get words() {
      return `a list of ${new Intl.ListFormat('en', { type: 'disjunction' }).format(all)}`
    },
    choices: shown,
    read: () => (text, name) => text.split(',').map((one) => readChoice(all)(one, name)),
  }
}

export function text(words: string): ValueKind<string> {
  return { schema: z.string().check(z.minLength(1)), words, read: () => readText }
}

/** Any other; without `read` it can be given in code only. */
export function value<T>(schema: ValueKind<T>['schema'], words: string, read?: ReadValue<T>): ValueKind<T> {
  return { schema, words, read: read && (() => read) }
}

export const sql: ValueKind<string | readonly string[]> = value(
  z.union([z.string(), z.array(z.string())]),
  'SQL, or a list of SQL',
)

/** A value that is checked where it is used. */
export function unchecked<T>(read?: ReadValue<T>): ValueKind<T> {
  return value(
    z.custom<T>(() => true),
    '',
    read,
  )
}

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

export function readChoice<const T extends string>(choices: readonly T[]): ReadValue<T> {
  return (text, name) => {
    const choice = choices.find((candidate) => candidate === text.trim())
    if (choice !== undefined) return choice
    const expected = new Intl.ListFormat('en', { type: 'disjunction' }).format(choices)
    throw new OptionsError(`Expected ${name} to be ${expected}, got \`${text}\`.`)
  }
}

export const readText: ReadValue<string> = (text) => text

/** Reads a switch; only environment variables spell one out. */
const readSwitch: ReadValue<boolean> = (text, name) => {
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
