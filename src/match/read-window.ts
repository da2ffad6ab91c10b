/** Between which commits something was read. */
export interface ReadWindow {
  /** The last commit that was acknowledged when the read began: it shows this one, or a later one. */
  readonly since: number
  /** The last commit that was sent when the read ended. */
  readonly until: number
  /** How many commits became visible meanwhile. */
  readonly commits: number
}
