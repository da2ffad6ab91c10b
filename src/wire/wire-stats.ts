/** What went over a wire. */
export interface WireStats {
  /** Sessions that were begun. */
  readonly sessions: number
  /** Statements that were done. */
  readonly statements: number
  /** Rows that these read or wrote, as the server counts them. */
  readonly rows: number
  /** Transactions that ended, those of single statements too. */
  readonly transactions: number
  /** Errors that the server told. */
  readonly errors: number
  /** Bytes that the job sent and was sent. */
  readonly bytes: { readonly sent: number; readonly received: number }
  /** Statements that were cancelled by a request, or tried to be. */
  readonly cancelRequests: number
  /** When the first statement came, in milliseconds since 1970; undefined before it. */
  readonly first: number | undefined
  /** When the last statement was answered. */
  readonly last: number | undefined
  /** What went past unseen, or could not go on: one line each. */
  readonly notes: readonly string[]
}
