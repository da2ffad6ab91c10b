/** How a session is opened. */
export interface ConnectOptions {
  /** How the session shows in `pg_stat_activity`. @default 'vitest-cloudberry-cdc' */
  readonly applicationName?: string
  /** Parameters that are set for the session. */
  readonly settings?: Readonly<Record<string, string>>
  /** Milliseconds until the session must stand. @default 10000 */
  readonly timeout?: number
  /** Milliseconds for which a session that stands may leave a question without a word; then it is destroyed. @default for ever */
  readonly answerWithin?: number
  /** Gives up connecting. Has no effect on a session that stands. */
  readonly signal?: AbortSignal
}
