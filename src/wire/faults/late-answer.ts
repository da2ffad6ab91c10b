import type { Treatment } from '../treatment.js'

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
