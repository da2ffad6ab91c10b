import type { Delivery } from './delivery.js'
import { type DeliveryFaults, resolveFaults } from './delivery-faults.js'
import { duplicateEvents } from './duplicate-events.js'
import { lateEvents } from './late-events.js'
import { shuffledEvents } from './shuffled-events.js'
import { inSequence } from './delivery.js'

/**
 * The way of events to a consumer that does not get them right: late, then twice, then out of order.
 *
 * @param seed the same seed and events give the same delivery
 * @throws OptionsError for faults that cannot be
 */
export function faultyDelivery<E>(seed: number, faults?: DeliveryFaults): Delivery<E> {
  const { duplicates, duplicateWindow, shuffle, late, lateBy } = resolveFaults(faults)
  const steps: Delivery<E>[] = []
  if (late > 0) steps.push(lateEvents(seed, late, lateBy))
  if (duplicates > 0) steps.push(duplicateEvents(seed, duplicates, duplicateWindow))
  if (shuffle > 0) steps.push(shuffledEvents(seed, shuffle))
  const direct: Delivery<E> = { next: (events) => [...events], rest: () => [] }
  return steps.reduce(inSequence, direct)
}

/** The events of each commit as they are delivered; what is held back at the end comes last. */
export function* deliverFaulty<E>(
  commits: Iterable<readonly E[]>,
  seed: number,
  faults?: DeliveryFaults,
): Generator<E[]> {
  const delivery = faultyDelivery<E>(seed, faults)
  for (const events of commits) yield delivery.next(events)
  const rest = delivery.rest()
  if (rest.length > 0) yield rest
}
