import { OptionsError } from '../errors.js'
import type { MixWeights } from '../plan/mix.js'
import { readNumber } from './read-value.js'

/** Reads `70/20/10`, the weights of INSERT, UPDATE and DELETE, or one number, the share of UPDATEs and DELETEs. */
export function readRatio(text: string, name: string): number | MixWeights {
  const parts = text.split('/')
  const read = (part: string): number => {
    try {
      return readNumber('70')(part, name)
    } catch {
      throw malformed(text, name)
    }
  }
  if (parts.length === 1) return read(text)
  const [insert, update, remove] = parts.map(read)
  if (parts.length !== 3 || insert === undefined || update === undefined || remove === undefined) {
    throw malformed(text, name)
  }
  return { insert, update, delete: remove }
}

function malformed(text: string, name: string): OptionsError {
  return new OptionsError(
    `Expected ${name} to be weights INSERT/UPDATE/DELETE such as 70/20/10, or a number from 0 to 0.5, got \`${text}\`.`,
  )
}
