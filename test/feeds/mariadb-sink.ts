import { type Connection, createConnection } from 'mariadb'
import type { EventFormat } from '../../src/events/feed-format.js'
import type { Column } from '../../src/tables/column.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'
import { onlyKey } from '../support/only-key.js'
import { plainTables as tables } from './load.js'

/** What an event does to one row: it is put in the place of its key, or taken away. */
interface Step {
  readonly does: 'put' | 'take'
  readonly table: string
  /** Where the row is in the event. */
  readonly path: string
}

type Event = Readonly<Record<string, unknown>>

interface Debezium {
  readonly op: string
  readonly source: { readonly table: string }
}

/** How a consumer reads each format. */
const readers: Readonly<Record<EventFormat, (event: Event) => Step[]>> = {
  changes: ({ kind, table }) => [step(kind === 'delete', table, kind === 'delete' ? '$.before' : '$.after')],
  'debezium-mysql': readDebezium,
  'debezium-postgres': readDebezium,
  maxwell: ({ type, table }) => [step(type === 'delete', table, '$.data')],
  canal: ({ type, table, data }) =>
    (data as readonly unknown[]).map((_, index) => step(type === 'DELETE', table, `$.data[${index}]`)),
  flink: ({ op, table }) => [step(String(op).startsWith('-'), table, '$.row')],
}

function readDebezium(event: Event): Step[] {
  const { op, source } = event as unknown as Debezium
  return [step(op === 'd', source.table, op === 'd' ? '$.before' : '$.after')]
}

function step(isTaken: boolean, table: unknown, path: string): Step {
  return { does: isTaken ? 'take' : 'put', table: String(table), path }
}

/** Tables in MariaDB to which events are applied, one after the other, by SQL that reads their JSON. */
export class MariadbSink implements AsyncDisposable {
  readonly #connection: Connection
  readonly #format: EventFormat

  private constructor(connection: Connection, format: EventFormat) {
    this.#connection = connection
    this.#format = format
  }

  static async open(socketPath: string, format: EventFormat): Promise<MariadbSink> {
    const connection = await createConnection({ socketPath, user: 'root', database: 'test' })
    // Ordinary strings: a backslash is one, and `''` is a text.
    await connection.query(`SET sql_mode = 'STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES'`)
    return new MariadbSink(connection, format)
  }

  /** Begins with empty tables. */
  async apply(texts: readonly string[]): Promise<void> {
    for (const { name, key, columns } of tables) {
      const definitions = columns.map(({ name: column, type }) => `${column} ${typeOf(type)}`)
      await this.#connection.query(
        `CREATE OR REPLACE TABLE ${name} (${definitions.join(', ')}, PRIMARY KEY (${onlyKey(key)})) CHARACTER SET utf8mb4`,
      )
    }
    await this.#connection.query('START TRANSACTION')
    for (const text of texts) {
      const steps = readers[this.#format](JSON.parse(text) as Event)
      if (steps.some(({ table }) => tables.some(({ name }) => name === table))) {
        await this.#connection.query('SET @event = ?', [text])
        for (const each of steps) await this.#connection.query(this.#statement(each))
      }
    }
    await this.#connection.query('COMMIT')
  }

  read(table: string): Promise<object[]> {
    return this.#connection.query<object[]>(`SELECT * FROM ${table}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.end()
  }

  #statement({ does, table, path }: Step): string {
    const definition = tables.find(({ name }) => name === table)!
    const { key, columns } = definition
    if (does === 'take') return `DELETE FROM ${table} WHERE ${onlyKey(key)} = ${valueAt(path, onlyKey(key))}`
    return `REPLACE INTO ${table} VALUES (${columns.map((column) => this.#value(path, column)).join(', ')})`
  }

  #value(path: string, { name, type }: Column): string {
    const value = valueAt(path, name)
    if (type === 'bool') return `CASE WHEN ${value} IS NOT NULL THEN ${value} IN ('true', '1', 't') END`
    if (type === 'date' && this.#format.startsWith('debezium')) return `DATE '1970-01-01' + INTERVAL ${value} DAY`
    return value
  }
}

/** As text; NULL for `null`. */
function valueAt(path: string, column: string): string {
  return `JSON_VALUE(@event, '${path}.${column}')`
}

function typeOf(type: TableDefinition['columns'][number]['type']): string {
  const own: Readonly<Record<string, string>> = { int2: 'smallint', int4: 'int', int8: 'bigint', bool: 'boolean' }
  return own[type] ?? type
}
