/** What the database is, as far as it matters for the stream. */
export interface DialectInfo {
  readonly name: 'postgres' | 'cloudberry'
  /** The product and its version: `PostgreSQL 14.23`, `Apache Cloudberry 2.1.0-incubating`. */
  readonly version: string
  /** Primary segments; 0 on PostgreSQL. */
  readonly segments: number
  /** Whether UPDATE and DELETE lock the whole table until the transaction ends. */
  readonly tableLocks: boolean
}
