import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import * as mysql from 'mysql2/promise'
import { afterAll, expect, inject, test } from 'vitest'
import { openSink } from '../../src/cli/sinks/open-sink.js'
import type { OpenedSink } from '../../src/cli/sinks/sql-sink.js'
import { findAuditSettings } from '../../src/cli/settings/settings.js'
import { createCdcStream } from '../../src/stream/create-cdc-stream.js'
import type { CdcStream } from '../../src/stream/cdc-stream.js'
import { cdcError } from '../support/cdc-error.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'

const tables = [storeSales, storeReturns]
const names = tables.map(({ name }) => name)
const folder = await mkdtemp(join(tmpdir(), 'audit-sinks-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

function open(sink: string, more: Readonly<Record<string, string>> = {}): Promise<OpenedSink> {
  const settings = findAuditSettings({ sink, ...more }, {})
  return openSink(settings, tables, { cwd: folder, environment: {} })
}

const type = { int8: 'BIGINT', int4: 'INTEGER' } as const
/** `numeric(7,2)` and `bool` are called the same everywhere. */
const createSql = (name: string): string => {
  const { columns } = tables.find((table) => table.name === name)!
  const defined = columns.map((column) => `${column.name} ${type[column.type as keyof typeof type] ?? column.type}`)
  return `CREATE TABLE ${name} (${defined.join(', ')})`
}

/** A stream without a database: its rows are put into the sink by hand. */
async function useStream(): Promise<CdcStream> {
  const stream = createCdcStream({ target: 'none', seed: 4, batches: 60, batchSize: 10, interval: 20 })
  return stream
}

function insertSql(stream: CdcStream, name: string, commit: number): string {
  const rows = [...stream.ledger.at(commit).rows(name)]
  const values = rows.map((row) => `(${Object.values(row).map(literal).join(',')})`)
  return `INSERT INTO ${name} VALUES ${values.join(',')}`
}

const literal = (value: unknown): string =>
  value === null ? 'NULL' : typeof value === 'boolean' ? String(value) : `'${String(value)}'`

const applyLatest = async (stream: CdcStream, run: (sql: string) => Promise<unknown>): Promise<void> => {
  const { commit } = stream.ledger
  for (const name of names) {
    await run(`DELETE FROM ${name}`)
    await run(insertSql(stream, name, commit))
  }
}

test('a file of DuckDB that another writer opens and closes is exact', async () => {
  const path = join(folder, 'warehouse.duckdb')
  const write = async (use: (run: (sql: string) => Promise<unknown>) => Promise<void>): Promise<void> => {
    const instance = await DuckDBInstance.create(path)
    const connection = await instance.connect()
    await connection.run('BEGIN')
    await use((sql) => connection.run(sql))
    await connection.run('COMMIT')
    connection.closeSync()
    instance.closeSync()
  }
  await write(async (run) => {
    for (const name of names) await run(createSql(name))
  })
  await using stream = await useStream()
  const { sink } = await open(`duckdb:${path}`)
  expect(sink.snapshots).toBe(true)
  let isOver = false
  let writing = Promise.resolve()
  // DuckDB gives one process one instance of a file, so that reads and writes of this one take turns.
  let turn = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work)
    turn = done.then(
      () => {},
      () => {},
    )
    return done
  }
  const grade = await stream.audit(({ signal }) => inTurn(() => sink.read(signal)), {
    every: 30,
    while: () => {
      writing = (async () => {
        while (!isOver) await inTurn(() => write((run) => applyLatest(stream, run)))
      })()
      return stream.finished
    },
  })
  isOver = true
  await writing
  await sink[Symbol.asyncDispose]()
  expect(grade, grade.because).toMatchObject({ grade: 'exact', arrived: true, failed: { reads: 0 } })
})

test('a query of DuckDB chooses columns; what is no file is told', async () => {
  const path = join(folder, 'some.duckdb')
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  await connection.run('CREATE TABLE copies (id BIGINT, ss_quantity INTEGER)')
  connection.closeSync()
  instance.closeSync()
  const { sink, columns } = await open(path, { sql: 'store_sales_heap=SELECT id AS ss_id, ss_quantity FROM copies' })
  expect(columns).toEqual({ store_sales_heap: ['ss_id', 'ss_quantity'] })
  await sink[Symbol.asyncDispose]()
  await expect(open(path, { table: 'store_sales_heap=copies' })).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', 'ss_id'))
  await expect(open('duckdb:nothing.duckdb')).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', '--sink'))
  await expect(open(path, { table: 'store_sales_heap=absent' })).rejects.toThrow(cdcError('ERR_CDC_TARGET', 'absent'))
})

const socketPath = inject('mariadb')

test.runIf(socketPath)('MariaDB is exact with InnoDB, and has no snapshot with MyISAM', async () => {
  const admin = await mysql.createConnection({ socketPath: socketPath!, user: 'root', multipleStatements: true })
  await admin.query('CREATE DATABASE audited; USE audited')
  for (const name of names) await admin.query(createSql(name))
  const address = `mysql://root@localhost/audited?socketPath=${encodeURIComponent(socketPath!)}`
  await using stream = await useStream()
  const { sink } = await open(address)
  expect(sink.snapshots).toBe(true)
  let isOver = false
  let writing = Promise.resolve()
  const grade = await stream.audit(({ signal }) => sink.read(signal), {
    every: 20,
    while: () => {
      writing = (async () => {
        while (!isOver) {
          await admin.query('BEGIN')
          await applyLatest(stream, (sql) => admin.query(sql))
          await admin.query('COMMIT')
        }
      })()
      return stream.finished
    },
  })
  isOver = true
  await writing
  await sink[Symbol.asyncDispose]()
  expect(grade, grade.because).toMatchObject({ grade: 'exact', arrived: true, failed: { reads: 0 } })
  await admin.query('ALTER TABLE store_sales_heap ENGINE = MyISAM')
  const other = await open(address)
  expect(other.sink.snapshots).toBe(false)
  await other.sink[Symbol.asyncDispose]()
  await expect(open(`${address}&x=1`, { table: 'store_sales_heap=absent' })).rejects.toThrow(
    cdcError('ERR_CDC_TARGET', 'absent'),
  )
  await admin.query('DROP DATABASE audited')
  await admin.end()
})

test('a server that is not there is one line, without the password', async () => {
  const gone = open('mariadb://me:secret99@127.0.0.1:1/x')
  await expect(gone).rejects.toThrow(cdcError('ERR_CDC_TARGET', '127.0.0.1:1', '--sink'))
  await expect(gone).rejects.not.toThrow('secret99')
})
