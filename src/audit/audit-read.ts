import type { Anomaly } from '../match/anomaly.js'
import type { CommitRange } from '../match/commit-target.js'

/** What one read has shown of one table. */
export interface ShownTable {
  /** The commits after which the table was as it was read; none that was sent after the read. None where it was no commit. */
  readonly commits: readonly CommitRange[]
  /** Whether it has a row that no commit ever had. */
  readonly foreign: boolean
}

/** One read of a sink, beside the commits of the stream. Times are in milliseconds since 1970. */
export interface AuditRead {
  readonly began: number
  readonly ended: number
  /** The last commit that was acknowledged when it began. */
  readonly acknowledged: number
  /** By the name of the table. */
  readonly tables: Readonly<Record<string, ShownTable>>
  /** What is wrong with it: the first anomaly of each name. None where it is a commit. */
  readonly anomalies: readonly Anomaly[]
}

/** What the last read lacks of the last commit, and has beside it. */
export interface LeftOver {
  /** Rows that are missing, or show what they were before a change that is missing. */
  readonly missing: number
  /** Rows that are there too often, or that no commit ever had. */
  readonly extra: number
}

/** Reads that gave no rows, because the sink could not be read. */
export interface FailedReads {
  readonly reads: number
  /** What the first of them failed with. */
  readonly first: string | undefined
}

/** What is known when the load has ended and the sink was given its time. */
export interface AuditFacts {
  /** In their order; the last one counts as the end. */
  readonly reads: readonly AuditRead[]
  readonly failed: FailedReads
  /** The last commit. */
  readonly commit: number
  /** Whether all tables of a read are of one moment. One table always is. */
  readonly snapshots: boolean
  /** Of the last read, where that is not the last commit. */
  readonly leftOver: LeftOver
  /** When a commit was acknowledged, in milliseconds since 1970; undefined where that is not known. */
  readonly timeOf: (commit: number) => number | undefined
}
