import type { Place } from '../place.js'
import type { Treatment } from '../treatment.js'

/** A server that has asked for rows gets them. */
const ASKS: ReadonlySet<string> = new Set('GW')

/** With these a statement is done, or the group that it is of. */
const DONE: ReadonlySet<string> = new Set('CIsEZ')

/** Keeps back what is answered to a statement; then calls `lose`. */
export function lostAnswer({ protocol }: Place, lose: () => void): Treatment {
  let isLost = false
  return {
    onAnswer: ({ type }, isLast) => {
      if (isLast && !isLost && (protocol === 'parse' || DONE.has(type))) {
        isLost = true
        lose()
      }
      return ASKS.has(type) ? undefined : []
    },
  }
}

/** Keeps back what is answered to a statement, until `wait` resolves. */
export function lateAnswer(wait: () => Promise<void>): Treatment {
  let isWaited = false
  return {
    onAnswer: ({ bytes }) => {
      if (isWaited) return undefined
      isWaited = true
      return wait().then(() => [bytes])
    },
  }
}
