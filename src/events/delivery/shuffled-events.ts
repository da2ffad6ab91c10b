import { Random } from '../../tables/random.js'
import type { Delivery } from './delivery.js'

interface Placed<E> {
  readonly event: E
  /** Events are delivered in the order of their places. */
  readonly place: number
}

/**
 * Delivers events out of order. Event i gets a place from i to i + window + ½ in steps of ½, so that at most `window`
 * events overtake it and it overtakes at most as many; without the halves it could be one less.
 */
export function shuffledEvents<E>(seed: number, window: number): Delivery<E> {
  const random = new Random(seed, 'place of an event')
  /** In the order of their places. */
  const held: Placed<E>[] = []
  let index = 0
  const take = (upTo: number): E[] => {
    let count = 0
    while (count < held.length && held[count]!.place <= upTo) count += 1
    return held.splice(0, count).map(({ event }) => event)
  }
  return {
    next: (events) =>
      events.flatMap((event) => {
        const place = index + random.at(index).between(0, 2 * window + 1) / 2
        held.splice(positionOf(held, place), 0, { event, place })
        // No later event can have a place before the next one's number.
        index += 1
        return take(index)
      }),
    rest: () => take(Number.POSITIVE_INFINITY),
  }
}

/** Behind all that have the same place or a lower one. */
function positionOf(held: readonly { readonly place: number }[], place: number): number {
  let [low, high] = [0, held.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (held[middle]!.place <= place) low = middle + 1
    else high = middle
  }
  return low
}
