import { access } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { OptionsError } from '../../errors.js'
import { loadDriver } from '../../database/load-driver.js'
import type { SqlDialect, SqlSession } from './sink.js'

/** What is used of DuckDB's package, https://duckdb.org/docs/stable/clients/node_neo/overview; it need not be installed for what is compiled. */
interface Duckdb {
  readonly DuckDBInstance: {
    create(path: string, options: Readonly<Record<string, string>>): Promise<DuckdbInstance>
  }
}

interface DuckdbInstance {
  connect(): Promise<DuckdbConnection>
  closeSync(): void
}

interface DuckdbConnection {
  run(sql: string): Promise<unknown>
  runAndReadAll(sql: string): Promise<{ columnNames(): string[]; getRowObjects(): readonly object[] }>
  interrupt(): void
  closeSync(): void
}

const AGAIN_AFTER = 5

/** A file of DuckDB. It is opened for each read only: no other process can write to it meanwhile. */
export function duckdbSink(path: string): SqlDialect {
  return {
    name: path,
    quote: (identifier) => `"${identifier.replaceAll('"', '""')}"`,
    opensAnew: true,
    open: async (signal) => {
      const driver = '@duckdb/node-api'
      const { DuckDBInstance } = (await loadDriver(driver, 'this sink', () => import(driver))) as Duckdb
      await access(path).catch((cause: Error) => {
        throw new OptionsError(`Expected --sink to name a file of DuckDB, got \`${path}\`: ${cause.message}.`)
      })
      const instance = await untilFree(() => DuckDBInstance.create(path, { access_mode: 'READ_ONLY' }), signal)
      return new DuckdbSession(instance, await instance.connect())
    },
  }
}

/** A process that writes to a file has it for itself (https://duckdb.org/docs/stable/connect/concurrency). */
async function untilFree<T>(open: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await open()
    } catch (error) {
      if (!/lock/i.test((error as Error).message)) throw error
      await delay(AGAIN_AFTER, undefined, { signal })
    }
  }
}

class DuckdbSession implements SqlSession {
  readonly #instance: DuckdbInstance
  readonly #connection: DuckdbConnection

  constructor(instance: DuckdbInstance, connection: DuckdbConnection) {
    this.#instance = instance
    this.#connection = connection
  }

  async columns(sql: string): Promise<readonly string[]> {
    const reader = await this.#connection.runAndReadAll(`SELECT * FROM (${sql}) AS audited LIMIT 0`)
    return reader.columnNames()
  }

  async rows(queries: readonly string[]): Promise<readonly unknown[]> {
    await this.#connection.run('BEGIN TRANSACTION')
    const results: unknown[] = []
    for (const sql of queries) results.push((await this.#connection.runAndReadAll(sql)).getRowObjects())
    await this.#connection.run('COMMIT')
    return results
  }

  async hasSnapshots(): Promise<boolean> {
    return true
  }

  async close(): Promise<void> {
    this.#connection.closeSync()
    this.#instance.closeSync()
  }

  destroy(): void {
    this.#connection.interrupt()
  }
}
