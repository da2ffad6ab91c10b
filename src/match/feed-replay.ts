import type { Anomaly } from './anomaly.js'

/** How strictly a feed is taken. */
export interface ReplayLimits {
  /** The first commit that the feed may end with. @default the last commit; 0 while the stream runs */
  readonly since?: number
  /** The last commit that the feed may end with. @default the last one whose COMMIT was sent */
  readonly until?: number
  /** Whether a change may be told again after it was told. @default 'exactly-once' */
  readonly delivery?: 'exactly-once' | 'at-least-once'
}

/** What a feed amounts to. */
export interface FeedReplay {
  /** The last commit that the feed tells of; 0 for none. */
  readonly commit: number
  /** In the order of the feed; what is missing comes last. */
  readonly anomalies: readonly Anomaly[]
}
