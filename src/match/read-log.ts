/** A commit that the test knows of, and by what. */
export interface ReportedCommit {
  readonly commit: number
  /** Such as `reached(9)`. */
  readonly by: string
}

/** What a stream knows of the reads of its test. */
export interface ReadLog {
  /** The newest commit that a call which is through has reported to the test. */
  readonly reported: ReportedCommit
  /** Undefined for what did not come out of `read()`. */
  windowOf(value: unknown): ReadWindow | undefined
  /** Milliseconds from the acknowledgement of one commit to that of a later one; undefined where one is not known. */
  millisecondsBetween(earlier: number, later: number): number | undefined
  /** What targets that are allowed to lag have shown; undefined where nobody asks at the end of the test. */
  readonly lagging: LaggingReads | undefined
}

/** What is read of sinks that follow asynchronously may be old, but never older than before, and has to arrive in the end. */
export interface LaggingReads {
  /** The oldest commit that a target may show. */
  floorOf(target: string): number
  show(target: string, commit: number): void
  arrive(target: string): void
}

/** Between which commits something was read. */
export interface ReadWindow {
  /** The last commit that was acknowledged when the read began: it shows this one, or a later one. */
  readonly since: number
  /** The last commit that was sent when the read ended. */
  readonly until: number
  /** How many commits became visible meanwhile. */
  readonly commits: number
}
