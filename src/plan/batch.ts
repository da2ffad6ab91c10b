/** The kinds of change. */
export type ChangeKind = 'insert' | 'update' | 'delete'

/** Changes of one kind on one table, with distinct keys: sent as one statement. */
export interface Run {
  readonly kind: ChangeKind
  /** Index into the plan's tables. */
  readonly table: number
  /** The rows: 1, 2, 3 … for the stream's own, negative for rows that stood there before. INSERTs ascend. */
  readonly numbers: readonly number[]
  /** The version of each row: after an UPDATE or INSERT, before a DELETE; 0 for the first INSERT of a row. */
  readonly versions: readonly number[]
  /** The versions before, in a run of UPDATEs that leaves some rows as they are; else they are one less than those after. */
  readonly before?: readonly number[]
  /**
   * For INSERTs of numbers that the table has passed already: rows that had been deleted, whose transaction comes late,
   * or that stood there before. Other INSERTs are above the highest number so far, and no run has both.
   */
  readonly again?: true
  /** Of a table with a clock: what it shows for the commit that made each version, see tables/clock.ts. @default 0 for all */
  readonly times?: readonly number[]
  /** Of UPDATEs of such a table: the same of the versions before. */
  readonly timesBefore?: readonly number[]
  /** Of a script: the commit before which its transaction began, where a clock shows it. @default that of the batch */
  readonly begins?: number
}

/** Whether a run inserts rows above the highest number so far. */
export function insertsNext({ kind, again }: Run): boolean {
  return kind === 'insert' && !again
}

/** An ordered list of changes, committed in one transaction. */
export interface Batch {
  /** The number of the commit that this batch becomes: 1, 2, 3 … */
  readonly commit: number
  readonly runs: readonly Run[]
  /**
   * The commit before which its transaction can begin: an earlier one than its own where transactions overlap. The runs
   * that are sent then touch no row that a commit in between touches.
   */
  readonly begins?: number
  /** How many of its runs, from the first on, are sent when its transaction begins before its turn. @default all */
  readonly early?: number
  /** What is written and rolled back before the batch begins; no row of it stays. */
  readonly rolledBack?: readonly Run[]
}

/** Where batches come from, one after the other. */
export interface BatchSource {
  /** The number of the last batch that was given. */
  readonly commit: number
  next(): Batch
}

/** How many changes a batch holds. */
export function countChanges(batch: Batch): Record<ChangeKind, number> {
  const counts = { insert: 0, update: 0, delete: 0 }
  for (const run of batch.runs) counts[run.kind] += run.numbers.length
  return counts
}
