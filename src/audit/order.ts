import type { CommitRange } from '../match/commit-target.js'
import { earliestFrom } from './commit-ranges.js'

/** Reads, one after the other, by the commits that they show. */
export interface OrderedReads {
  /** By read, the newest commit that it can be; undefined where it is none. */
  readonly newest: readonly (number | undefined)[]
  /** By read, the oldest commit that it may show: what the reads before it have shown. */
  readonly floors: readonly number[]
  /** The reads that show nothing but older commits than that. */
  readonly backwards: ReadonlySet<number>
}

/**
 * Follows what reads show. Where a read can be one of several commits, the earliest counts that is not before what was shown: so
 * reads go back only where no choice of commits has them in order.
 */
export function followOrder(reads: readonly (readonly CommitRange[])[]): OrderedReads {
  const backwards = new Set<number>()
  const floors: number[] = []
  let floor = 0
  for (const [index, ranges] of reads.entries()) {
    floors.push(floor)
    if (ranges.length === 0) continue
    const commit = earliestFrom(ranges, floor)
    if (commit === undefined) backwards.add(index)
    else floor = commit
  }
  return { newest: reads.map((ranges) => ranges.at(-1)?.last), floors, backwards }
}
