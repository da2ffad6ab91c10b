import pRetry from 'p-retry'
import { TargetError } from '../errors.js'
import { isLostConnection, isTransient } from '../database/transient.js'

/** Milliseconds between attempts, which double. How long there are some, says who tries. */
export const BACK_OFF = {
  retries: Number.POSITIVE_INFINITY,
  minTimeout: 20,
  maxTimeout: 1_000,
  factor: 2,
  randomize: true,
}

/** How long what can pass is tried again. */
export interface Patience {
  /** What is done, for the error: `compare the tables with the ledger`. */
  readonly what: string
  /**
   * Milliseconds. They begin when a session is lost, because a large table may have been read for long by then; and with
   * the attempt that failed for anything else, such as a lock time-out, because it may have waited all the while.
   */
  readonly retryFor: number
  readonly signal?: AbortSignal | undefined
  /** Whether an error can pass. @default isTransient */
  readonly canPass?: (error: unknown) => boolean
  /** Told of every error after which it is tried again. */
  readonly onRetry?: (error: Error) => void
}

/**
 * The one rule for what reads or administers: a lost session, a deadlock, a server that restarts is no result. What can
 * pass is tried again with back-off. The work has to be such that doing it twice is as good as once.
 *
 * @throws TargetError when it does not pass in time, and anything else as it was thrown; the signal's reason
 */
export async function tryAgain<T>(work: (attempt: number) => Promise<T>, patience: Patience): Promise<T> {
  const { what, retryFor, signal, canPass = isTransient, onRetry } = patience
  let begun = 0
  let failing: number | undefined
  const attempt = (number: number): Promise<T> => {
    begun = performance.now()
    return work(number)
  }
  try {
    return await pRetry(attempt, {
      ...BACK_OFF,
      shouldRetry: ({ error }) => {
        failing ??= isLostConnection(error) ? performance.now() : begun
        const goesOn = canPass(error) && performance.now() - failing < retryFor
        if (goesOn) onRetry?.(error)
        return goesOn
      },
      signal,
    })
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof TargetError || !isTransient(error)) throw error
    const tried = retryFor > 0 ? ` in ${retryFor} ms` : ''
    const got = (error as Error).message.replace(/\.$/, '')
    throw new TargetError(`Expected to ${what}${tried}, got: ${got}. Try again when the server is at rest.`, {
      cause: error,
    })
  }
}
