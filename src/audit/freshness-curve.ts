import type { AuditRead } from './audit-read.js'
import type { FreshnessPoint, ReadVerdict } from './audit-grade.js'
import type { OrderedReads } from './order.js'
import type { Behind } from './staleness.js'

const MOST_POINTS = 500

/** The worst first. */
const WORST: readonly ReadVerdict[] = ['no commit', 'backwards', 'per table', 'commit']

interface Orders {
  readonly tables: readonly { readonly order: OrderedReads }[]
  readonly together: OrderedReads | undefined
}

/** Staleness in the course of time. Of many reads, as many neighbours as it takes are one point. */
export function freshnessCurve(
  reads: readonly AuditRead[],
  orders: Orders,
  behind: readonly (Behind | undefined)[],
): FreshnessPoint[] {
  const start = reads[0]?.began ?? 0
  const points = reads.map(({ began }, index): FreshnessPoint => {
    const verdict = verdictOf(orders, index)
    const { commits = null, milliseconds = null } = behind[index] ?? {}
    return { at: began - start, reads: 1, bad: verdict === 'commit' ? 0 : 1, verdict, commits, milliseconds }
  })
  const size = Math.ceil(points.length / MOST_POINTS)
  return Array.from({ length: Math.ceil(points.length / size) || 0 }, (_, index) =>
    points.slice(index * size, (index + 1) * size).reduce(worse),
  )
}

function verdictOf({ tables, together }: Orders, index: number): ReadVerdict {
  const orders = tables.map(({ order }) => order)
  if (orders.some(({ newest }) => newest[index] === undefined)) return 'no commit'
  if ([...orders, ...(together ? [together] : [])].some(({ backwards }) => backwards.has(index))) return 'backwards'
  return together?.newest[index] === undefined ? 'per table' : 'commit'
}

function worse(one: FreshnessPoint, other: FreshnessPoint): FreshnessPoint {
  const most = (a: number | null, b: number | null): number | null =>
    a === null || b === null ? (a ?? b) : Math.max(a, b)
  return {
    at: one.at,
    reads: one.reads + other.reads,
    bad: one.bad + other.bad,
    verdict: WORST.find((verdict) => verdict === one.verdict || verdict === other.verdict) ?? one.verdict,
    commits: most(one.commits, other.commits),
    milliseconds: most(one.milliseconds, other.milliseconds),
  }
}
