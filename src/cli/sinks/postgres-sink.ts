import { connect } from '../../database/connect.js'
import { validateConnection } from '../../database/connection/check-connection.js'
import { type ConnectionOptions, describeConnection } from '../../database/connection/connection.js'
import { escapeIdentifier } from '../../database/postgres/quote.js'
import type { DatabaseClient } from '../../database/client.js'
import { TargetError } from '../../errors.js'
import { textOf } from './sql-sink.js'
import type { SqlDialect, SqlSession } from './sink.js'

/**
 * PostgreSQL and its family: `postgres://user:password@host:5432/database?schema=public&sslmode=require`.
 *
 * @throws OptionsError that names what is wrong with the address
 */
export function postgresSink(url: URL): SqlDialect {
  const part = (text: string): string | undefined => (text === '' ? undefined : decodeURIComponent(text))
  const user = part(url.username) ?? 'postgres'
  const schema = url.searchParams.get('schema')
  const connection = validateConnection(
    {
      host: part(url.hostname) ?? 'localhost',
      port: Number(url.port || '5432'),
      database: part(url.pathname.slice(1)) ?? user,
      user,
      password: part(url.password),
      schema: schema ?? 'public',
      sslmode: url.searchParams.get('sslmode') ?? undefined,
      sslrootcert: url.searchParams.get('sslrootcert') ?? undefined,
    },
    (field) => `--sink: ${field}`,
  )
  return {
    name: describeConnection(connection),
    quote: escapeIdentifier,
    opensAnew: false,
    open: async (signal) => {
      const client = await logIn(connection, signal)
      if (schema !== null) await client.searchFirst(schema, '')
      return new PostgresSession(client)
    },
  }
}

async function logIn(connection: ConnectionOptions, signal: AbortSignal): Promise<DatabaseClient> {
  try {
    return await connect(connection, { applicationName: 'cloudberry-cdc audit', reads: true, signal })
  } catch (error) {
    signal.throwIfAborted()
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
    throw new TargetError(
      `Expected to log in to the sink ${describeConnection(connection)}, got: ${textOf(cause)}. Correct --sink or CDC_SINK.`,
      { cause },
    )
  }
}

class PostgresSession implements SqlSession {
  readonly #client: DatabaseClient

  constructor(client: DatabaseClient) {
    this.#client = client
  }

  async columns(sql: string): Promise<readonly string[]> {
    const { fields = [] } = await this.#client.query(`SELECT * FROM (${sql}) AS audited LIMIT 0`)
    return fields.map(({ name }) => name)
  }

  async rows(queries: readonly string[]): Promise<readonly unknown[]> {
    await this.#client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const results: unknown[] = []
    for (const sql of queries) results.push(await this.#client.query(sql))
    await this.#client.query('COMMIT')
    return results
  }

  async hasSnapshots(): Promise<boolean> {
    return true
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  destroy(): void {
    this.#client.destroy()
  }
}
