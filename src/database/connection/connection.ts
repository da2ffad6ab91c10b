/** Where a database is and who logs in. */
export interface ConnectionOptions {
  /** What the server speaks: `postgres` is Cloudberry, too, and `mysql` MariaDB. @default 'postgres' */
  readonly protocol?: 'postgres' | 'mysql'
  /** For a Unix socket of MySQL, its path. */
  readonly host: string
  readonly port: number
  /** Of MySQL the same as `schema`. */
  readonly database: string
  readonly user: string
  readonly password?: string
  /** The schema that holds the tables. */
  readonly schema: string
  /**
   * Whether the connection is encrypted, and what is checked of the server's certificate: `require` nothing,
   * `verify-ca` who signed it, `verify-full` also the host name. As in libpq, `require` checks like `verify-ca` when
   * there is an `sslrootcert`; libpq's `allow` and `prefer` are not offered. @default 'disable'
   */
  readonly sslmode?: 'disable' | 'require' | 'verify-ca' | 'verify-full'
  /** A file with the certificates (PEM) that may sign the server's. @default those that Node trusts */
  readonly sslrootcert?: string
}

/** Names a database for people. Never holds the password. */
export function describeConnection(connection: ConnectionOptions): string {
  const { host, port } = connection
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** How a session is opened. */
export interface ConnectOptions {
  /** How the session shows in `pg_stat_activity`. @default 'vitest-cloudberry-cdc' */
  readonly applicationName?: string | undefined
  /** Whether it reads rows: values come as the ledger has them. @default false */
  readonly reads?: boolean | undefined
  /** The schema in which names are found, and no other. @default what the server says */
  readonly searchesFirst?: string | undefined
  /** Parameters of PostgreSQL that are set for the session. */
  readonly settings?: Readonly<Record<string, string>> | undefined
  /** Milliseconds until the session must stand. @default 10000 */
  readonly timeout?: number
  /** Milliseconds for which a session that stands may leave a question without a word; then it is destroyed. @default for ever */
  readonly answerWithin?: number
  /** Gives up connecting. Has no effect on a session that stands. */
  readonly signal?: AbortSignal | undefined
}

/** A database that can be connected to. Disposing it ends what was started for it and leaves what was there before. */
export interface StartedTarget extends AsyncDisposable {
  readonly kind: 'embedded' | 'container' | 'configured'
  readonly connection: ConnectionOptions
  /** Whether missing tables are ours to create without being asked: true for a database that we started. */
  readonly createTables: boolean
}
