import type { CommitEvent } from '../driver/stream-event.js'

/** Of the slots that were left out before one batch, so many are told apart at most. */
const MOST_SLOTS = 10_000

/**
 * How long those had to wait who came when the schedule wanted a batch to begin: this one, and those that were left out
 * before it, which would have been answered no sooner. In milliseconds.
 */
export function* responseTimes({ milliseconds, lag, skipped }: CommitEvent): Generator<number> {
  const slots = Math.min(skipped, MOST_SLOTS) + 1
  for (let slot = 0; slot < slots; slot++) yield milliseconds + lag * (1 - slot / slots)
}
