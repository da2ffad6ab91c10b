import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'

/** How long something may take. */
export interface Bounds {
  /** Milliseconds. */
  readonly timeout: number
  /** What is thrown when they are over. */
  readonly late: () => Error
  readonly signal?: AbortSignal | undefined
}

/**
 * Waits for `work` no longer than its bounds allow. It is not stopped: it goes on unheeded.
 *
 * @throws what `work` throws, what `late` makes, or the signal's reason
 */
export async function within<T>(work: Promise<T>, { timeout, late, signal }: Bounds): Promise<T> {
  const release = new AbortController()
  const options = { signal: release.signal }
  const expired = delay(timeout, undefined, options).then(() => Promise.reject(late()))
  const told = signal && once(signal, 'abort', options).then(() => Promise.reject(signal.reason as Error))
  try {
    signal?.throwIfAborted()
    return await Promise.race([work, expired, ...(told ? [told] : [])])
  } finally {
    release.abort()
    // They lost the race, and their rejection is nobody's concern.
    for (const loser of [work, expired, told]) loser?.catch(() => {})
  }
}
