/** How long a body may take. */
export interface Patience {
  /** Milliseconds. */
  readonly most: number
  /** How that comes about, for the error. */
  readonly why: string
}

/** What is known of how long runs take. */
export interface Time {
  /** Milliseconds of a run in which nothing is done. */
  readonly length: number
  /** How much longer a run is in which something breaks; undefined where nothing does. */
  readonly longer: number | undefined
  readonly left: () => number
}

/** A run may take so many times as long as the one in which nothing is done; then it hangs. */
const PATIENCE_FACTOR = 10
const LEAST_PATIENCE_MILLISECONDS = 5_000

/** The same where time is short, and something breaks: jobs wait before they try again. */
const SHORT_PATIENCE_FACTOR = 3
const LEAST_SHORT_PATIENCE_MILLISECONDS = 1_000

/** Milliseconds for a body to end once all sessions of its job were cut. */
export const GRACE_MILLISECONDS = 500

/** Milliseconds without which no further run is begun. */
export function leastTime({ length, longer }: Time): number {
  return longer === undefined
    ? length
    : Math.max(LEAST_SHORT_PATIENCE_MILLISECONDS, SHORT_PATIENCE_FACTOR * length) + longer + GRACE_MILLISECONDS
}

/** Where something breaks, what is bounded has to be over before the test's own time is. */
export function patienceOf({ length, longer, left }: Time): Patience {
  const most = Math.max(LEAST_PATIENCE_MILLISECONDS, PATIENCE_FACTOR * length)
  const why = `${PATIENCE_FACTOR} times as long as undisturbed`
  if (longer === undefined) return { most, why }
  const least = Math.max(LEAST_SHORT_PATIENCE_MILLISECONDS, SHORT_PATIENCE_FACTOR * length) + longer
  if (most + longer <= left() - GRACE_MILLISECONDS) return { most: most + longer, why }
  return { most: Math.max(least, left() - GRACE_MILLISECONDS), why: 'the time that was left' }
}
