import type { Anomaly } from '../anomaly.js'

/** How strictly a feed is taken. */
export interface ReplayLimits {
  /**
   * The commit after which the feed begins: what is due comes after it. Changes of earlier commits have to go on up
   * to it. Of a feed that begins with a snapshot, the rows themselves show it. @default 0
   */
  readonly from?: number
  /** The first commit that the feed may end with. @default the last commit; 0 while the stream runs */
  readonly since?: number
  /** The last commit that the feed may end with. @default the last one whose COMMIT was sent */
  readonly until?: number
  /** Whether a change may come again after it came. @default 'exactly-once' */
  readonly delivery?: 'exactly-once' | 'at-least-once'
  /**
   * In which order the changes come: that of the commits, or that of each row alone, as from a topic with several
   * partitions. @default 'commit'
   */
  readonly order?: 'commit' | 'key'
}

/** What a feed amounts to. */
export interface FeedReplay {
  /** The commit after which its changes begin: that of its snapshot, where it begins with one. */
  readonly from: number
  /** The last commit of which the feed has a change; 0 for none. */
  readonly commit: number
  /** In the order of the feed; what is missing comes last. */
  readonly anomalies: readonly Anomaly[]
  /** Where tables of the same name are whose changes were left aside, such as `shop.public`. */
  readonly elsewhere: readonly string[]
}
