import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { AuditGrade } from '../../src/audit/audit-grade.js'
import type { PostgresClient } from '../../src/database/postgres/client.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { useClient } from '../support/server.js'
import { type CliResult, connectionVariables, runCli, useFolder } from './support/cli-process.js'
import { addressOf, useTables } from './support/database.js'
import { expectOneLine } from './support/expect-one-line.js'
import { runHere } from './support/run-here.js'

const LOAD = [
  'audit',
  '--total-batches',
  '25',
  '--batch-interval',
  '0.02',
  '--batch-size',
  '10',
  '--seed',
  '3',
  '--every',
  '10ms',
]

interface Pipeline {
  readonly connection: ConnectionOptions
  readonly client: PostgresClient
  readonly address: string
  /** Copies again and again until the test ends. */
  copy(...groups: readonly string[]): void
}

const TOGETHER = `DELETE FROM sales_copy; INSERT INTO sales_copy SELECT * FROM store_sales_heap;
  DELETE FROM returns_copy; INSERT INTO returns_copy SELECT * FROM store_returns_heap`
const TABLES = 'store_sales_heap=sales_copy,store_returns_heap=returns_copy'

/** The tables of a stream, empty copies of them, and the address of these. */
async function usePipeline(): Promise<Pipeline> {
  const { connection, schema } = await useTables()
  const client = await useClient(connection)
  await client.query(`SET search_path TO ${schema}`)
  for (const [copy, table] of [
    ['sales_copy', 'store_sales_heap'],
    ['returns_copy', 'store_returns_heap'],
  ]) {
    await client.query(`CREATE TABLE ${copy} (LIKE ${table})`)
  }
  let isOver = false
  let copying = Promise.resolve()
  onTestFinished(async () => {
    isOver = true
    await copying
  })
  const copy = (...groups: readonly string[]): void => {
    copying = (async () => {
      while (!isOver)
        for (const group of groups) await client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ; ${group}; COMMIT`)
    })()
  }
  return { connection, client, address: addressOf(connection), copy }
}

const gradeOf = ({ stdout }: CliResult): AuditGrade => (JSON.parse(stdout) as { audit: AuditGrade }).audit

test('a right copy is exact, and is told in lines, as JSON and in the report', async () => {
  const { connection, address, copy } = await usePipeline()
  copy(TOGETHER)
  const cwd = await useFolder()
  const args = [...LOAD, '--sink', address, '--table', TABLES, '--require', 'exact', '--max-staleness', '1min']
  const lines = await runCli({ args: [...args, '--report', 'audit.html'], connection, cwd })
  expect(lines.stderr).not.toMatch(/error/i)
  expect(lines.code).toBe(0)
  expect(lines.stdout).toMatch(/Audit: exact\./)
  expect(lines.stdout).toMatch(/Staleness: p50 \d+ ms/)
  const facts = JSON.parse(await readFile(join(cwd, 'audit.json'), 'utf8')) as { audit: AuditGrade }
  expect(facts.audit).toMatchObject({
    grade: 'exact',
    commits: 25,
    arrived: true,
    together: { share: 1 },
    failed: { reads: 0 },
  })
  expect(facts.audit.during).toBeGreaterThan(3)
  expect(await readFile(join(cwd, 'audit.html'), 'utf8')).toMatch(
    /Audit of the sink[^]*>exact<[^]*data-chart="freshness"/,
  )
})

test('a copy table by table is not exact: what was required is not met', async () => {
  const { connection, address, copy } = await usePipeline()
  copy(
    ...TOGETHER.split(';').reduce<string[]>(
      (groups, one, at) => (at % 2 === 0 ? [...groups, one] : [...groups.slice(0, -1), `${groups.at(-1)};${one}`]),
      [],
    ),
  )
  const args = [...LOAD, '--sink', address, '--table', TABLES, '--require', 'exact', '--json']
  const result = await runCli({ args, connection })
  expect(gradeOf(result)).toMatchObject({ grade: 'per table', arrived: true })
  expectOneLine(result, 4, ['exact', 'per table'])
  expect(gradeOf(result).anomalies.map(({ name }) => name)).toContain('torn transaction')
})

test('only the columns that a query gives are compared', async () => {
  const { connection, address, client, copy } = await usePipeline()
  await client.query('ALTER TABLE sales_copy RENAME ss_quantity TO amount')
  copy(TOGETHER)
  const sql = 'store_sales_heap=SELECT ss_id, amount AS ss_quantity FROM sales_copy'
  const result = await runCli({
    args: [...LOAD, '--tables', 'sales', '--sink', address, '--sql', sql, '--json'],
    connection,
  })
  expect(gradeOf(result)).toMatchObject({ grade: 'exact', tables: { store_sales_heap: { share: 1 } } })
})

test('a sink that stands still never converges: it is lossy, and as stale as it gets', async () => {
  const { connection, address } = await usePipeline()
  const args = [...LOAD, '--sink', address, '--table', TABLES, '--within', '100ms', '--json']
  const result = await runCli({ args, connection })
  expect(gradeOf(result)).toMatchObject({ grade: 'lossy', arrived: false, caughtUp: null, leftOver: { extra: 0 } })
  expect(gradeOf(result).leftOver.missing).toBeGreaterThan(100)
  expect(result.code).toBe(0)
  const others = (await usePipeline()).connection
  const strict = await runCli({ args: [...args, '--max-staleness', '10s'], connection: others })
  expectOneLine(strict, 4, [10_000])
})

const PRINT = (connection: ConnectionOptions, format: 'csv' | 'json', columns = '*'): string => `
import pg from '${new URL('../../node_modules/pg/lib/index.js', import.meta.url).href}'
const client = new pg.Client(${JSON.stringify({ ...connection, schema: undefined })})
await client.connect()
const copy = { store_sales_heap: 'sales_copy', store_returns_heap: 'returns_copy' }[process.env.CDC_TABLE] ?? process.env.CDC_TABLE
const names = (await client.query('SELECT ${columns} FROM ${connection.schema}.' + copy + ' LIMIT 0')).fields.map(({ name }) => name)
const texts = names.map((name) => name + '::text').join(', ')
const { rows } = await client.query('SELECT ' + texts + ' FROM ${connection.schema}.' + copy)
const cell = (value) => value === null ? '' : '"' + value.replaceAll('"', '""') + '"'
if ('${format}' === 'json') for (const row of rows) console.log(JSON.stringify(row))
else console.log([names.join(','), ...rows.map((row) => names.map((name) => cell(row[name])).join(','))].join('\\n'))
await client.end()
`

test.for(['csv', 'json'] as const)('the rows that a command prints as %s are graded table by table', async (format) => {
  const { connection, copy } = await usePipeline()
  copy(TOGETHER)
  const cwd = await useFolder()
  await writeFile(join(cwd, 'print.mjs'), PRINT(connection, format))
  const args = [
    ...LOAD,
    '--total-batches',
    '40',
    '--batch-interval',
    '0.1',
    '--sink-command',
    `"${process.execPath}" print.mjs`,
    '--json',
  ]
  const result = await runCli({ args, connection, cwd })
  expect(gradeOf(result), result.stderr).toMatchObject({ grade: 'per table', arrived: true, failed: { reads: 0 } })
  expect(gradeOf(result).together).toBeUndefined()
})

test('what is wrong with a sink is one line, before anything is written', async () => {
  const { connection, client, address } = await usePipeline()
  const cwd = await useFolder()
  await client.query('ALTER TABLE returns_copy DROP COLUMN sr_fee')
  await writeFile(join(cwd, 'print.mjs'), PRINT(connection, 'csv', 'ss_id'))
  const secret = 'hunter2222'
  const command = (text: string): string[] => ['--sink-command', text]
  const cases: [args: string[], code: number, named: (string | number)[] | RegExp][] = [
    [[], 2, ['--sink', '--sink-command']],
    [['--sink', address, '--sink-command', 'cat x'], 2, ['both']],
    [['--sink', `oracle://me:${secret}@db/x`], 2, ['oracle:', '--sink']],
    [['--sink', `nothing at all`], 2, ['--sink', 'CDC_SINK']],
    [['--sink', `postgres://me:${secret}@127.0.0.1:1/x`], 1, ['127.0.0.1:1', '--sink']],
    [['--sink', `postgres://me:${secret}@${connection.host}:${connection.port}/nowhere`], 1, ['--sink']],
    [['--sink', `mysql://me:${secret}@127.0.0.1:1/x`], 1, ['127.0.0.1:1', '--sink']],
    [['--sink', 'duckdb:warehouse.duckdb'], 2, ['@duckdb/node-api']],
    [['--sink', address, '--table', 'store_sales_heap=nothing_there'], 1, ['nothing_there']],
    [['--sink', address, '--table', 'orders'], 2, ['orders', '--table']],
    [['--sink', address, '--table', TABLES], 2, ['sr_fee', 'returns_copy']],
    [['--sink', address, '--sql', 'store_sales_heap=SELEC 1'], 1, /syntax/],
    [['--sink', address, '--sql', 'store_sales_heap=SELECT 1 AS one'], 2, ['one', '--sql']],
    [['--sink', address, '--sql', 'SELECT 1'], 2, ['--sql']],
    [['--sink', address, '--every', '50'], 2, ['--every', '50ms']],
    [['--sink', address, '--require', 'perfect'], 2, ['--require', 'perfect', 'eventually']],
    [['--sink', address, '--target', 'embedded'], 2, ['audit', 'CLOUDBERRY_HOST']],
    [command('echo oh no >&2; exit 7'), 1, [7, 'oh no']],
    [command('kill -9 $$'), 1, ['SIGKILL']],
    [command('echo hello'), 2, ['--sink-command']],
    [command(`printf '{"ss_id": 1}\\n{oops'`), 2, ['oops', 2]],
    [command(`printf 'a,b\\n1,2,3\\n'`), 2, [3, 2]],
    [
      [...command(`"${process.execPath}" ${join(cwd, 'print.mjs')}`), '--table', 'store_sales_heap'],
      2,
      /ss_sold_date_sk|ss_/,
    ],
  ]
  for (const [args, code, named] of cases) {
    const result = await runHere([...LOAD, ...args], connectionVariables(connection))
    expect(result.stderr, args.join(' ')).not.toBe('')
    expectOneLine(result, code, named, secret)
    expect(await readdir(result.cwd)).toEqual([])
  }
  const { rows } = await client.query('SELECT count(*)::int4 AS count FROM store_sales_heap')
  expect(rows).toEqual([{ count: 0 }])
  const left = await client.query(
    `SELECT pid FROM pg_stat_activity WHERE application_name = 'cloudberry-cdc audit' AND query LIKE '%${connection.schema}%'`,
  )
  expect(left.rows).toEqual([])
})

test('a command that fails while the load runs is a failed read, and one that fails at the end an error', async () => {
  const { connection, copy } = await usePipeline()
  copy(TOGETHER)
  const cwd = await useFolder()
  await writeFile(join(cwd, 'print.mjs'), PRINT(connection, 'csv'))
  const failing = `"${process.execPath}" print.mjs && { [ ! -e seen-$CDC_TABLE-2 ] || exit 9; [ ! -e seen-$CDC_TABLE ] || touch seen-$CDC_TABLE-2; touch seen-$CDC_TABLE; }`
  const result = await runCli({ args: [...LOAD, '--sink-command', failing, '--within', '500ms'], connection, cwd })
  expectOneLine(result, 1, [9, '--sink-command'])
})
