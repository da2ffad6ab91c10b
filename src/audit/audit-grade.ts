import type { Anomaly, AnomalyName } from '../match/anomaly.js'
import type { Percentiles } from './percentiles.js'

/** How consistent a sink is, the best first; docs/audit.md has what each of them means. */
export const auditWords = ['exact', 'per table', 'eventually', 'lossy', 'wrong'] as const
export type AuditWord = (typeof auditWords)[number]

/** How many reads are a commit, and how many of these show an older one than a read before. */
export interface CommitShare {
  readonly commits: number
  /** Of all reads, from 0 to 1. */
  readonly share: number
  readonly backwards: number
}

/** How far reads are behind, those that are a commit. What lacks nothing is 0. */
export interface Staleness {
  /** So many reads are a commit, or show each table as after one; then its oldest table counts. */
  readonly reads: number
  /** Commits that were acknowledged before the read began, and that it lacks. */
  readonly commits: Percentiles
  /** How long the first of these had been acknowledged when the read began, in milliseconds. */
  readonly milliseconds: Percentiles
  /** The same from the acknowledgement of the commit that it shows: with the pause that followed it. */
  readonly age: Percentiles
}

/** What a read showed: a commit of all tables, a commit of each, or of not even one; or an older commit than before. */
export type ReadVerdict = 'commit' | 'per table' | 'no commit' | 'backwards'

/** One read in the course of time, or some that were close to one another: the worst of them. */
export interface FreshnessPoint {
  /** When it began, in milliseconds since the first read began. */
  readonly at: number
  readonly reads: number
  /** How many of them were no commit of all tables, or went back. */
  readonly bad: number
  readonly verdict: ReadVerdict
  /** As in `Staleness`; null where no commit is known. */
  readonly commits: number | null
  readonly milliseconds: number | null
}

export type AuditAnomalyName = AnomalyName | 'backwards'

/** An anomaly in the reads, and its first evidence. */
export interface AuditAnomaly extends Omit<Anomaly, 'name'> {
  readonly name: AuditAnomalyName
  /** How many reads have it. */
  readonly reads: number
  /** The number of the first of them, from 1. */
  readonly read: number
  /** When that began, in milliseconds since the first read began. */
  readonly at: number
}

/** How consistent and how fresh a sink was. */
export interface AuditGrade {
  readonly grade: AuditWord
  /** Why it is no better one, in a sentence. */
  readonly because: string
  readonly reads: number
  /** Reads that gave no rows, because the sink could not be read, and what the first failed with. They are not graded. */
  readonly failed: { readonly reads: number; readonly first: string | undefined }
  /** Reads that began while commits were still to come. */
  readonly during: number
  /** The last commit. */
  readonly commits: number
  /** Of all tables; undefined where the sink gives no snapshot of them, and so each is graded for itself. */
  readonly together: CommitShare | undefined
  readonly tables: Readonly<Record<string, CommitShare>>
  /** Undefined where no read is a commit. */
  readonly staleness: Staleness | undefined
  /** What a read took, in milliseconds: nothing here is known more exactly. */
  readonly took: Percentiles
  /** Whether the sink was as after the last commit at the end. */
  readonly arrived: boolean
  /** From the acknowledgement of the last commit to the first read that showed it for good, in milliseconds; null where none did. */
  readonly caughtUp: number | null
  /** Rows in which the last read differs from the last commit. */
  readonly leftOver: { readonly missing: number; readonly extra: number }
  /** In the order in which they were first seen. */
  readonly anomalies: readonly AuditAnomaly[]
  /** Staleness in the course of time, at most 500 points. */
  readonly curve: readonly FreshnessPoint[]
}
