import { OptionsError } from '../../errors.js'
import { oneLine } from '../one-line.js'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'

/** What is used of mysql2 (https://sidorares.github.io/node-mysql2/docs), which need not be installed for what is compiled. */
export interface Mysql {
  createConnection(options: object): MysqlConnection
  createPool(options: object): {
    on(event: 'connection', listener: (connection: MysqlConnection) => void): void
    promise(): MysqlPromisePool
  }
}

/** Of the pool that promises. */
interface MysqlPromisePool {
  query<Rows>(sql: string, values?: readonly unknown[]): Promise<[Rows, unknown]>
  execute<Rows>(sql: string, values?: readonly unknown[]): Promise<[Rows, unknown]>
  getConnection(): Promise<unknown>
  end(): Promise<void>
}

export interface MysqlConnection {
  readonly stream: Socket
  /** Without `done`, its rows are streamed. */
  query(options: MysqlQuery, values: readonly unknown[], done?: MysqlDone): MysqlCommand
  execute(options: MysqlQuery, values: readonly unknown[], done: MysqlDone): MysqlCommand
  on(event: 'connect' | 'error', listener: (error?: Error) => void): void
  once(event: 'connect' | 'error', listener: (error?: Error) => void): void
  end(done: (error?: Error) => void): void
  promise(): unknown
}

export interface MysqlQuery {
  readonly sql: string
  readonly rowsAsArray?: boolean
  readonly infileStreamFactory?: () => Readable
}

export interface MysqlCommand {
  stream(): Readable
}

export type MysqlDone = (error: Error | null, rows?: unknown, fields?: unknown) => void

/** What a statement without rows is answered with. */
export interface MysqlHeader {
  readonly affectedRows: number
  readonly warningStatus: number
}

/**
 * Loads mysql2, which not everybody has installed.
 *
 * @throws OptionsError that says what to install
 */
export async function loadMysql(): Promise<Mysql> {
  // Not by its literal name, which the compiler and the bundler would look for.
  const name = 'mysql2'
  try {
    const { default: mysql } = (await import(name)) as { default: Mysql }
    return mysql
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const got = code === 'ERR_MODULE_NOT_FOUND' ? 'none' : `one that does not load: ${oneLine(message)}`
    throw new OptionsError(
      `Expected the npm package \`mysql2\` for MySQL and MariaDB, got ${got}. Install it: npm install --save-dev mysql2`,
      { cause },
    )
  }
}
