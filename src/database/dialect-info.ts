/** What the database is, as far as it matters for the stream. */
export interface DialectInfo {
  readonly name: 'postgres' | 'cloudberry' | 'mysql'
  /** The product and its version: `PostgreSQL 14.23`, `Apache Cloudberry 2.1.0-incubating`, `MariaDB 10.11.19`. */
  readonly version: string
  /** Primary segments; 0 on PostgreSQL and MySQL. */
  readonly segments: number
  /** Whether UPDATE and DELETE lock the whole table until the transaction ends. */
  readonly tableLocks: boolean
}
