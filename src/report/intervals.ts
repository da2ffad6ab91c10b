import type { CommitPoint } from './commit-series.js'
import { round } from './figures.js'

/** What happened in one of equally long parts of a run. */
export interface Interval {
  /** When it begins, in seconds from the start of the run. */
  readonly from: number
  readonly commits: number
  readonly changes: number
  readonly changesPerSecond: number
  /** From BEGIN to the answer to COMMIT, in milliseconds; null where nothing was committed. */
  readonly meanLatency: number | null
  readonly slowest: number | null
  /** The most that a commit began behind its schedule, in milliseconds. */
  readonly lag: number | null
}

const MOST_INTERVALS = 60
const COMMITS_AN_INTERVAL = 5

/** Cuts a run into equal parts, so that even a short one has some commits in each. The end of a part belongs to it. */
export function toIntervals(points: readonly CommitPoint[], began: number): Interval[] {
  const commits = points.reduce((sum, point) => sum + point.commits, 0)
  const count = Math.min(MOST_INTERVALS, Math.ceil(commits / COMMITS_AN_INTERVAL))
  const length = Math.max((points.at(-1)?.at ?? began) - began, 1) / count
  const parts = Array.from({ length: count }, (): CommitPoint[] => [])
  for (const point of points) {
    const part = Math.ceil((point.at - began) / length) - 1
    parts[Math.min(Math.max(part, 0), count - 1)]!.push(point)
  }
  return parts.map((part, index) => toInterval(part, (index * length) / 1000, length / 1000))
}

function toInterval(points: readonly CommitPoint[], from: number, seconds: number): Interval {
  const sum = (of: 'commits' | 'changes' | 'busy'): number => points.reduce((total, point) => total + point[of], 0)
  const commits = sum('commits')
  const changes = sum('changes')
  const most = (of: 'slowest' | 'lag'): number | null =>
    commits === 0 ? null : round(Math.max(...points.map((point) => point[of])))
  return {
    from: round(from),
    commits,
    changes,
    changesPerSecond: Math.round(changes / seconds),
    meanLatency: commits === 0 ? null : round(sum('busy') / commits),
    slowest: most('slowest'),
    lag: most('lag'),
  }
}
