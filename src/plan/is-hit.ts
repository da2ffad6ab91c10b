import type { Random } from '../tables/random.js'

/** Whether chance hits, with a probability from 0 to 1. */
export function isHit(random: Random, probability: number): boolean {
  return random.next() < probability * 0x1_0000_0000
}
