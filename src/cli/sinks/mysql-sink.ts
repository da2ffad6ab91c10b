import { TargetError } from '../../errors.js'
import { loadDriver } from '../../database/load-driver.js'
import { textOf } from './sql-sink.js'
import type { SqlDialect, SqlSession } from './sink.js'

/** What is used of mysql2, https://sidorares.github.io/node-mysql2/docs; it need not be installed for what is compiled. */
interface Mysql {
  createConnection(options: object): Promise<MysqlConnection>
}

interface MysqlConnection {
  query(
    sql: string,
    values?: readonly unknown[],
  ): Promise<[rows: unknown, fields?: readonly { readonly name: string }[]]>
  on(event: 'error', listener: () => void): void
  end(): Promise<void>
  destroy(): void
}

const CONNECT_TIMEOUT = 10_000

/** MySQL and MariaDB: `mysql://user:password@host:3306/database`. */
export function mysqlSink(url: URL): SqlDialect {
  const name = `${url.host || 'localhost'}${url.pathname}`
  return {
    name,
    quote: (identifier) => `\`${identifier.replaceAll('`', '``')}\``,
    opensAnew: false,
    open: async (signal) => {
      // Not by its literal name, which the compiler would look for.
      const driver = 'mysql2/promise'
      const mysql = (await loadDriver('mysql2', 'this sink', () => import(driver))) as Mysql
      signal.throwIfAborted()
      try {
        const connection = await mysql.createConnection({
          ...loginOf(url),
          connectTimeout: CONNECT_TIMEOUT,
          // As their own texts, nothing of them is lost.
          dateStrings: true,
          supportBigNumbers: true,
          bigNumberStrings: true,
        })
        // A connection that is lost fails the next query.
        connection.on('error', () => {})
        return new MysqlSession(connection)
      } catch (error) {
        throw new TargetError(
          `Expected to log in to the sink ${name}, got: ${textOf(error)}. Correct --sink or CDC_SINK.`,
        )
      }
    },
  }
}

function loginOf(url: URL): object {
  const socketPath = url.searchParams.get('socketPath')
  return {
    ...(socketPath === null ? { host: url.hostname || 'localhost', port: Number(url.port || '3306') } : { socketPath }),
    user: decodeURIComponent(url.username) || 'root',
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    timezone: 'Z',
  }
}

class MysqlSession implements SqlSession {
  readonly #connection: MysqlConnection

  constructor(connection: MysqlConnection) {
    this.#connection = connection
  }

  async columns(sql: string): Promise<readonly string[]> {
    const [, fields = []] = await this.#connection.query(`SELECT * FROM (${sql}) AS audited LIMIT 0`)
    return fields.map(({ name }) => name)
  }

  async rows(queries: readonly string[]): Promise<readonly unknown[]> {
    await this.#connection.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ')
    await this.#connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT')
    const results: unknown[] = []
    for (const sql of queries) {
      const [rows] = await this.#connection.query(sql)
      results.push(rows)
    }
    await this.#connection.query('COMMIT')
    return results
  }

  /** Of the engines that are common, only InnoDB has them. */
  async hasSnapshots(names: readonly string[]): Promise<boolean> {
    const own = names.map((name) => name.split('.').at(-1))
    if (own.length === 0) return true
    const [rows] = await this.#connection.query(
      `SELECT count(*) AS others FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (?) AND TABLE_TYPE = 'BASE TABLE' AND ENGINE <> 'InnoDB'`,
      [own],
    )
    return Number((rows as readonly { others: unknown }[])[0]?.others) === 0
  }

  async close(): Promise<void> {
    await this.#connection.end().catch(() => this.#connection.destroy())
  }

  destroy(): void {
    this.#connection.destroy()
  }
}
