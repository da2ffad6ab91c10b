import type { Random } from '../../tables/random.js'

/**
 * A rank from 1 to `count`, rank r with a probability in proportion to 1 / r.
 *
 * Between a power of two and the next, the ranks together are about as likely as between any other two. So one of these
 * blocks is drawn, then a rank of it, which is kept with the probability (first rank of the block) / rank. This takes
 * no table that would have to grow with the rows, and integers only: `Math.pow` and `Math.log`, by which Zipf's law is
 * usually drawn, differ between engines.
 */
export function zipfRank(random: Random, count: number): number {
  const blocks = 32 - Math.clz32(count)
  for (;;) {
    const first = 2 ** random.below(blocks)
    const rank = first + random.below(first)
    if (rank <= count && random.below(rank) < first) return rank
  }
}
