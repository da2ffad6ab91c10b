import { isHit, Random } from '../../tables/random.js'
import { type DeliveryFaults, resolveFaults } from './delivery-faults.js'
import { shuffledEvents } from './shuffled-events.js'
import { type Delivery, inSequence } from './delivery.js'

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

/** Delivers a share of the events some commits later, behind the events of that commit. */
function lateEvents<E>(seed: number, share: number, commits: number): Delivery<E> {
  const random = new Random(seed, 'late event')
  const held: E[][] = []
  let index = 0
  return {
    next: (events) => {
      const late: E[] = []
      const inTime: E[] = []
      for (const event of events) (isHit(random.at(index++), share) ? late : inTime).push(event)
      held.push(late)
      return held.length > commits ? [...inTime, ...held.shift()!] : inTime
    },
    rest: () => held.splice(0).flat(),
  }
}

interface Copy<E> {
  readonly event: E
  /** The event behind which the copy comes. */
  readonly due: number
}

/** Delivers a share of the events a second time, at most `window` events later. */
function duplicateEvents<E>(seed: number, share: number, window: number): Delivery<E> {
  const random = new Random(seed, 'duplicate event')
  let copies: Copy<E>[] = []
  let index = 0
  return {
    next: (events) => {
      const delivered: E[] = []
      for (const event of events) {
        delivered.push(event)
        const due = copies.filter((copy) => copy.due === index)
        if (due.length > 0) copies = copies.filter((copy) => copy.due !== index)
        for (const copy of due) delivered.push(copy.event)
        random.at(index)
        if (isHit(random, share)) {
          copies.push({ event: structuredClone(event), due: index + random.between(1, window) })
        }
        index += 1
      }
      return delivered
    },
    rest: () => {
      const rest = copies.toSorted((a, b) => a.due - b.due).map(({ event }) => event)
      copies = []
      return rest
    },
  }
}
