import { isHit, Random } from '../../tables/random.js'
import type { Delivery } from './delivery.js'

interface Copy<E> {
  readonly event: E
  /** The event behind which the copy comes. */
  readonly due: number
}

/** Delivers a share of the events a second time, at most `window` events later. */
export function duplicateEvents<E>(seed: number, share: number, window: number): Delivery<E> {
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
