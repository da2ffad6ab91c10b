import { expect, test } from 'vitest'
import { runCli, startCli, connectionVariables } from './support/cli-process.js'
import { countRows, useTables } from './support/database.js'

const stamp = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`

test('the console and the log file carry the same account, line by line', async () => {
  const { client, connection, schema } = await useTables()
  await client.query(`INSERT INTO ${schema}.store_sales_heap (ss_id, ss_item_sk, ss_ticket_number) VALUES (1250, 1, 1)`)
  const args = ['--total-batches', '4', '--batch-interval', '0.5', '--seed', '42']
  const { code, stdout, stderr, log: all } = await runCli({ args, connection })
  expect({ code, stderr }).toMatchObject({ code: 0 })
  // A busy machine may be behind schedule, which is a warning, and goes to standard error.
  const log = all.filter((line) => !line.endsWith('behind schedule'))
  expect(stdout.split('\n').slice(0, -1)).toEqual(log)
  for (const line of log) expect(line).toMatch(new RegExp(`^${stamp} - INFO - \\S`))

  const messages = log.map((line) => line.slice('2024-01-15 10:30:15 - INFO - '.length))
  expect(messages[0]).toBe(
    'Starting the change stream: batches=4, batch size=200, interval=0.5 s, tables=both, ratio=default, seed=42, scale=1, nulls=tpcds',
  )
  const { host, port, database, password } = connection
  expect(messages[1]).toMatch(
    new RegExp(`^Connected to PostgreSQL 14\\.\\d+ at ${host}:${port}, database ${database}, schema ${schema}$`),
  )
  expect(messages[2]).toMatch(/^Existing rows loaded: store_sales_heap 1 row/)
  expect(messages[3]).toMatch(/^Existing rows loaded: store_returns_heap 0 rows/)
  expect(messages[4]).toBe('Resume: not possible, because rows stood in the tables before; with --record it is')
  const batches = messages
    .slice(5, 9)
    .map((message) =>
      /^Batch (\d+) committed: (\d+) changes \(INSERT=(\d+), UPDATE=(\d+), DELETE=(\d+)\) in \d+\.\d\d s, (\d+) in total$/
        .exec(message)
        ?.slice(1)
        .map(Number),
    )
  expect(batches.map((batch) => [batch?.[0], batch?.[1], batch?.[5]])).toEqual([
    [1, 400, 400],
    [2, 400, 800],
    [3, 400, 1200],
    [4, 400, 1600],
  ])
  for (const batch of batches) expect((batch?.[2] ?? 0) + (batch?.[3] ?? 0) + (batch?.[4] ?? 0)).toBe(400)
  expect(messages[9]).toMatch(
    /^Summary: 4 batches, 1600 changes \(INSERT=\d+, UPDATE=\d+, DELETE=\d+\), [\d.]+ changes\/s$/,
  )
  expect(messages[10]).toMatch(
    /^Commit latency: p50 [\d.]+ ms, p95 [\d.]+ ms, p99 [\d.]+ ms, max [\d.]+ ms; 0 retries$/,
  )
  expect(messages[11]).toMatch(/^From the scheduled start: p50 [\d.]+ ms, p95 [\d.]+ ms, p99 [\d.]+ ms, max [\d.]+ ms$/)
  expect(messages[12]).toMatch(/^store_sales_heap: INSERT=\d+, UPDATE=\d+, DELETE=\d+, \d+ rows now$/)
  expect(messages[13]).toMatch(/^store_returns_heap: INSERT=\d+, UPDATE=\d+, DELETE=\d+, \d+ rows now$/)
  expect(messages[14]).toMatch(/^Seed 42, token \S+$/)
  expect(messages[15]).toMatch(
    /^Verified: store_sales_heap \(\d+ rows\) and store_returns_heap \(\d+ rows\) as the ledger has it after batch 4$/,
  )
  expect(messages).toHaveLength(16)
  expect(log.join('\n')).not.toContain(password)
})

test('--json prints one object on standard output, and log lines on standard error', async () => {
  const { client, connection, schema } = await useTables()
  const args = ['--json', '--total-batches', '3', '--batch-interval', '0', '--batch-size', '10', '--seed', '7']
  const { code, stdout, stderr, log } = await runCli({ args, connection })
  expect(code).toBe(0)
  expect(stderr.split('\n').slice(0, -1)).toEqual(log)
  expect(stdout).toMatch(/^\{.*\}\n$/)
  const summary = JSON.parse(stdout) as { tables: Record<string, { rows: number }> }
  expect(summary).toMatchObject({
    commits: 3,
    changes: 60,
    seed: 7,
    token: expect.any(String) as string,
    retries: 0,
    latency: { p50: expect.any(Number) as number, p99: expect.any(Number) as number },
    verified: true,
  })
  for (const [table, { rows }] of Object.entries(summary.tables)) {
    expect(await countRows(client, `${schema}.${table}`)).toBe(rows)
  }
})

test('options come before variables, those before .env', async () => {
  const { connection } = await useTables()
  const dotenv = Object.entries({
    ...connectionVariables(connection),
    CDC_BATCHES: '9',
    CDC_BATCH_SIZE: '9',
    CDC_INTERVAL: '0',
    CDC_TABLES: 'sales',
    CDC_RATIO: '70/20/10',
    CDC_SEED: '11',
    CDC_SCALE: '10',
    CDC_NULLS: 'none',
    CDC_BUSINESS_DATE: '2001-02-03',
    CDC_VERIFY: '0',
    CDC_LOG_FILE: 'mock-data.log',
  }).map(([name, value]) => `${name}=${value}\n`)
  const { code, log } = await runCli({
    args: ['--total-batches', '2'],
    env: { CDC_BATCHES: '8', CDC_BATCH_SIZE: '8' },
    dotenv: dotenv.join(''),
  })
  expect(code).toBe(0)
  expect(log[0]).toContain(
    'batches=2, batch size=8, interval=0 s, tables=sales, ratio=70/20/10, seed=11, scale=10, nulls=none, business date=2001-02-03',
  )
  expect(log.at(-1)).toContain('Not compared with the ledger')
})

test('the same seed makes the same rows', async () => {
  const contents: unknown[] = []
  for (const _ of [1, 2]) {
    const { client, connection, schema } = await useTables()
    const args = ['--total-batches', '3', '--batch-interval', '0', '--seed', '5', '--ratio', '0.3']
    expect(await runCli({ args, connection })).toMatchObject({ code: 0 })
    const { rows } = await client.query(
      `SELECT md5(string_agg(s::text, ',' ORDER BY ss_id)) AS hash FROM ${schema}.store_sales_heap s`,
    )
    contents.push(rows)
  }
  expect(contents[0]).toEqual(contents[1])
})

test('lines are added at the end of the log file', async () => {
  const { connection } = await useTables()
  const first = await startCli({ args: ['--total-batches', '1', '--batch-size', '5'], connection })
  const { log } = await first.result
  const second = await runCli({ args: ['--total-batches', '1', '--batch-size', '5'], connection, cwd: first.cwd })
  expect(second.log.slice(0, log.length)).toEqual(log)
  expect(second.log.length).toBeGreaterThan(log.length)
})

test('a reader of standard output that goes away does not end the load', async () => {
  const { connection } = await useTables()
  const running = await startCli({ args: ['--total-batches', '20', '--batch-interval', '0.05'], connection })
  await running.printed(/Batch 1 committed/)
  running.child.stdout?.destroy()
  const { code, log } = await running.result
  expect(code).toBe(0)
  expect(log.at(-1)).toMatch(/Verified: .* after batch 20$/)
})

test('a full disk under the log file does not end the load', async () => {
  const { connection } = await useTables()
  const args = ['--total-batches', '2', '--batch-interval', '0', '--log-file', '/dev/full']
  const { code, stdout, stderr } = await runCli({ args, connection })
  expect(code).toBe(0)
  expect(stdout).toMatch(/Verified: /)
  expect(stderr).toMatch(/^warning: the log file ends here: ENOSPC.*\n$/)
})
