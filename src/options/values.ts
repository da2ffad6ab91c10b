import * as z from 'zod/mini'
import type { ValueKind } from './option.js'
import { readChoice, readNumber, readSwitch, readText, type ReadValue } from './read-value.js'

/** Milliseconds of a day. */
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

export function text(words: string): ValueKind<string> {
  return { schema: z.string().check(z.minLength(1)), words, read: () => readText }
}

/** Any other; without `read` it can be given in code only. */
export function value<T>(schema: ValueKind<T>['schema'], words: string, read?: ReadValue<T>): ValueKind<T> {
  return { schema, words, read: read && (() => read) }
}

/** A value that is checked where it is used. */
export function unchecked<T>(read?: ReadValue<T>): ValueKind<T> {
  return value(
    z.custom<T>(() => true),
    '',
    read,
  )
}
