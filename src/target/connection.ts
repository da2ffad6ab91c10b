/** Where a database is and who logs in. */
export interface ConnectionOptions {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password?: string
  /** The schema that holds the tables. */
  readonly schema: string
  /** As in libpq: https://www.postgresql.org/docs/14/libpq-ssl.html. @default 'prefer' is not offered; 'disable' */
  readonly sslmode?: 'disable' | 'require' | 'verify-ca' | 'verify-full'
}

/** Names a database for people. Never holds the password. */
export function describeConnection(connection: ConnectionOptions): string {
  return `${connection.host}:${connection.port}`
}
