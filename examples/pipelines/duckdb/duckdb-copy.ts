import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { ByHand } from '../support/by-hand.js'
import { tables } from '../support/sink-database.js'

const GOT = join(import.meta.dirname, '..', '.got', 'duckdb')
const VERSION = 'v1.5.5'
const EXTENSION = join(
  GOT,
  'duckdb_extension_postgres_scanner',
  'extensions',
  VERSION,
  'postgres_scanner.duckdb_extension',
)

/** Whether `.ci/install/pipelines.mjs` had its way. */
export const hasDuckdb = existsSync(join(GOT, '.installed'))

export const duckdbVersion = `DuckDB ${VERSION.slice(1)}, postgres_scanner`

/** Copies of the stream's tables in DuckDB, made again and again by its PostgreSQL extension. */
export class DuckdbCopy implements Disposable {
  readonly #instance: DuckDBInstance
  readonly #writer: DuckDBConnection
  readonly #reader: DuckDBConnection

  private constructor(instance: DuckDBInstance, writer: DuckDBConnection, reader: DuckDBConnection) {
    this.#instance = instance
    this.#writer = writer
    this.#reader = reader
  }

  static async open(source: string, schema: string): Promise<DuckdbCopy> {
    const instance = await DuckDBInstance.create(':memory:')
    const writer = await instance.connect()
    await writer.run(`LOAD '${EXTENSION}'`)
    await writer.run(`ATTACH '${source}' AS shop (TYPE postgres, SCHEMA '${schema}', READ_ONLY)`)
    for (const table of tables) await writer.run(`CREATE TABLE ${table} AS FROM shop.${schema}.${table} LIMIT 0`)
    return new DuckdbCopy(instance, writer, await instance.connect())
  }

  // #region copy
  /** Copies both tables, in one transaction of DuckDB or in one for each statement. */
  async copy(schema: string, inOneTransaction: boolean): Promise<void> {
    if (inOneTransaction) await this.#writer.run('BEGIN')
    for (const table of tables) {
      await this.#writer.run(`CREATE OR REPLACE TABLE ${table} AS FROM shop.${schema}.${table}`)
    }
    if (inOneTransaction) await this.#writer.run('COMMIT')
  }
  // #endregion copy

  /** Both copies, as of one moment. */
  async read(): Promise<Record<string, readonly object[]>> {
    await this.#reader.run('BEGIN')
    const read: Record<string, readonly object[]> = {}
    for (const table of tables) {
      read[table] = (await this.#reader.runAndReadAll(`FROM ${table}`)).getRowObjects()
    }
    await this.#reader.run('COMMIT')
    return read
  }

  /** What DuckDB's SQL says of source and copy at rest. */
  async compare(schema: string): Promise<ByHand> {
    let [missing, extra] = [0, 0]
    for (const table of tables) {
      const source = `FROM shop.${schema}.${table}`
      missing += await this.#count(`${source} EXCEPT ALL FROM ${table}`)
      extra += await this.#count(`FROM ${table} EXCEPT ALL ${source}`)
    }
    return { missing, extra }
  }

  [Symbol.dispose](): void {
    this.#reader.closeSync()
    this.#writer.closeSync()
    this.#instance.closeSync()
  }

  async #count(sql: string): Promise<number> {
    const { value } = (
      await this.#writer.runAndReadAll(`SELECT count(*)::int AS value FROM (${sql})`)
    ).getRowObjects()[0]!
    return Number(value)
  }
}
