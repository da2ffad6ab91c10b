import type { CommitTarget } from '../match/commit-target.js'

/** Reads the sink: gives an object with the rows of each table, as `toMatchCommit` takes them. The signal says that nobody waits any more. */
export type AuditReader = (context: { readonly signal: AbortSignal }) => unknown

/** How a sink is audited. */
export interface AuditOptions {
  /** Milliseconds from the beginning of one read to that of the next, which waits for the end of the first. @default 50 */
  readonly every?: number
  /** Milliseconds that the sink may take to catch up, once the load has ended. @default 10000 */
  readonly within?: number
  /** What goes on meanwhile; the load ends with it. @default the load, until all of its batches are committed */
  readonly while?: PromiseLike<unknown> | (() => unknown)
  /** What the rows are compared with: one table, or an object with a table for each name. @default the tables of the stream */
  readonly of?: CommitTarget
  /** Whether the tables of a read are of one moment, as in a transaction of REPEATABLE READ. Without, each is graded for itself. @default true */
  readonly snapshots?: boolean
  /** Gives the audit up. */
  readonly signal?: AbortSignal
}
