/** What the database is, as far as it matters for the stream. */
export interface DialectInfo {
  readonly name: 'postgres' | 'cloudberry'
  /** As `version()` has it, up to the first comma or parenthesis. */
  readonly version: string
  /** Primary segments; 0 on PostgreSQL. */
  readonly segments: number
  /** Whether UPDATE and DELETE lock the whole table until the transaction ends. */
  readonly tableLocks: boolean
}
