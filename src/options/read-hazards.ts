import { OptionsError } from '../errors.js'
import { readNumber } from './read-value.js'

/** Reads `hotKeys=0.5,reinsert=0.1`. Which hazards there are, and how much of them, is checked with the other options. */
export function readHazards(text: string, name: string): Readonly<Record<string, number>> {
  const pairs = text.split(',').map((part) => {
    const [hazard = '', share, ...others] = part.split('=').map((word) => word.trim())
    if (hazard !== '' && share !== undefined && others.length === 0) {
      return [hazard, readNumber('0.5')(share, `${hazard} of ${name}`)] as const
    }
    throw new OptionsError(
      `Expected ${name} to be hazards with shares such as hotKeys=0.5,reinsert=0.1, got \`${text}\`.`,
    )
  })
  return Object.fromEntries(pairs)
}
