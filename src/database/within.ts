import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'

export interface Bounds {
  /** Milliseconds. */
  readonly timeout: number
  readonly late: Error
  readonly signal?: AbortSignal | undefined
}

/**
 * Waits for `work` no longer than its bounds allow. It is not stopped: it goes on unheeded.
 *
 * @throws what `work` throws, `late`, or the signal's reason
 */
export async function within<T>(work: Promise<T>, { timeout, late, signal }: Bounds): Promise<T> {
  const release = new AbortController()
  const options = { signal: release.signal }
  const racers: Promise<T>[] = [work, delay(timeout, undefined, options).then(() => Promise.reject(late))]
  if (signal) racers.push(once(signal, 'abort', options).then(() => Promise.reject(signal.reason as Error)))
  // Those that lose the race go on, and their rejection is nobody's concern.
  for (const racer of racers) racer.catch(() => {})
  try {
    signal?.throwIfAborted()
    return await Promise.race(racers)
  } finally {
    release.abort()
  }
}
