import { expect } from 'vitest'
import type { OptionsError, StateError, TargetError, WriteError } from '../../src/errors.js'

type Code = (OptionsError | StateError | TargetError | WriteError)['code']

/**
 * An error with this code that names each of these: an option, a value, a table, a column. For `toThrow` and `toEqual`.
 * What the sentence around them says may change.
 */
export function cdcError(code: Code, ...named: readonly (string | number)[]): Error {
  return expect.objectContaining({ code, message: expect.stringMatching(naming(...named)) as string }) as Error
}

/** A text in which each of these stands, in any order, and not as a part of another word or number. */
export function naming(...named: readonly (string | number)[]): RegExp {
  const each = named.map((name) => {
    const text = String(name).replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
    // A digit is not looked for behind the point of a number.
    const before = /^\d/.test(text) ? String.raw`[\w-]|\d\.` : String.raw`[\w-]`
    return String.raw`(?=[^]*(?<!${before})${text}(?!\w|\.\d|-[a-z]))`
  })
  return new RegExp(`^${each.join('')}`)
}
