import { DuckDBInstance, type DuckDBResultReader } from '@duckdb/node-api'
import { PGlite } from '@electric-sql/pglite'
import type BetterSqlite3 from 'better-sqlite3'
import { insertStatement } from '../support/measured-rows.js'
import type { Reading } from '../support/reading.js'

const CREATE = `CREATE TABLE measured (id bigint PRIMARY KEY, amount decimal(14,8), sold_on date, is_paid boolean, note text)`
const ALL = 'SELECT * FROM measured'

async function readPglite(rowMode: 'object' | 'array'): Promise<unknown> {
  const database = await PGlite.create()
  try {
    await database.exec(`${CREATE}; ${insertStatement()}`)
    return await database.query(ALL, [], { rowMode })
  } finally {
    await database.close()
  }
}

async function readDuckdb(use: (reader: DuckDBResultReader) => unknown): Promise<unknown> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    await connection.run(`${CREATE}; ${insertStatement()}`)
    return use(await connection.runAndReadAll(ALL))
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

async function readSqlite(use: (statement: BetterSqlite3.Statement) => unknown): Promise<unknown> {
  const { default: Database } = await import('better-sqlite3')
  const database = new Database(':memory:')
  try {
    database.exec(`${CREATE}; ${insertStatement()}`)
    return use(database.prepare(ALL))
  } finally {
    database.close()
  }
}

export const inProcessReadings: readonly Reading[] = [
  { package: '@electric-sql/pglite', how: '`query`', database: 'none', read: () => readPglite('object') },
  { package: '@electric-sql/pglite', how: '`rowMode: "array"`', database: 'none', read: () => readPglite('array') },
  {
    package: 'better-sqlite3',
    how: '`all()`',
    database: 'none',
    read: () => readSqlite((statement) => statement.all()),
  },
  {
    package: 'better-sqlite3',
    how: '`safeIntegers()`',
    database: 'none',
    read: () => readSqlite((statement) => statement.safeIntegers().all()),
  },
  {
    package: 'better-sqlite3',
    how: '`raw()`',
    database: 'none',
    read: () => readSqlite((statement) => statement.raw().all()),
  },
  {
    package: 'better-sqlite3',
    how: '`iterate()`',
    database: 'none',
    read: () => readSqlite((statement) => [...statement.iterate()]),
  },
  {
    package: '@duckdb/node-api',
    how: '`getRowObjects()`',
    database: 'none',
    read: () => readDuckdb((reader) => reader.getRowObjects()),
  },
  {
    package: '@duckdb/node-api',
    how: '`getRows()`',
    database: 'none',
    read: () => readDuckdb((reader) => reader.getRows()),
  },
  {
    package: '@duckdb/node-api',
    how: '`getRowObjectsJS()`',
    database: 'none',
    read: () => readDuckdb((reader) => reader.getRowObjectsJS()),
  },
  {
    package: '@duckdb/node-api',
    how: '`getRowObjectsJson()`',
    database: 'none',
    read: () => readDuckdb((reader) => reader.getRowObjectsJson()),
  },
]
