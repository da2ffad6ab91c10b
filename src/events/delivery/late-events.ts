import { isHit, Random } from '../../tables/random.js'
import type { Delivery } from './delivery.js'

/** Delivers a share of the events some commits later, behind the events of that commit. */
export function lateEvents<E>(seed: number, share: number, commits: number): Delivery<E> {
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
