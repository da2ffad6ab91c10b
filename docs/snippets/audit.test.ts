import type { Pool } from 'pg'
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { runCli } from '../../test/cli/support/cli-process.js'
import { addressOf } from '../../test/cli/support/database.js'

const test = withCdcStream({
  seed: 7,
  batches: 100,
  batchSize: 10,
  ddl: 'CREATE TABLE sales_copy (LIKE store_sales_heap); CREATE TABLE returns_copy (LIKE store_returns_heap)',
})

/** A pipeline that copies both tables in one snapshot, again and again. */
async function copyBoth(pool: Pool, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pool.query(`BEGIN ISOLATION LEVEL REPEATABLE READ;
      DELETE FROM sales_copy; INSERT INTO sales_copy SELECT * FROM store_sales_heap;
      DELETE FROM returns_copy; INSERT INTO returns_copy SELECT * FROM store_returns_heap; COMMIT`)
  }
}

/** Both copies, as of one moment. */
async function readBoth(pool: Pool): Promise<Record<string, unknown>> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    const sales = await client.query('SELECT * FROM sales_copy')
    const returns = await client.query('SELECT * FROM returns_copy')
    await client.query('COMMIT')
    return { store_sales_heap: sales.rows, store_returns_heap: returns.rows }
  } finally {
    client.release()
  }
}

// #region fixture
test('the copy is exact, and at most two seconds old', async ({ cdcStream, cloudberry: { pool } }) => {
  const ending = new AbortController()
  const pipeline = copyBoth(pool, ending.signal) // a real one runs somewhere else, in any language
  const audit = await cdcStream.audit(() => readBoth(pool), { every: 50 })
  ending.abort()
  await pipeline
  expect(audit.grade, audit.because).toBe('exact')
  expect(audit.staleness!.milliseconds.max).toBeLessThan(2000)
})
// #endregion fixture

test('the load goes on while work is done', async ({ cdcStream, cloudberry: { pool } }) => {
  // #region while
  const sales = cdcStream.table('store_sales_heap').columns(['ss_id', 'ss_net_paid'])
  const audit = await cdcStream.audit(() => pool.query('SELECT * FROM store_sales_heap'), {
    of: sales, // one table, narrowed to what the sink has
    while: () => cdcStream.reached(20), // then the load stands still
    within: 5000, // milliseconds to catch up
  })
  expect(audit.tables['store_sales_heap']!.share).toBe(1)
  // #endregion while
})

test('what the command prints of a copy table by table', async ({ cloudberry }) => {
  const { host, port, database, user, password, schema, pool } = cloudberry
  const connection = { host, port, database, user, password, schema }
  const copies = { sales_copy: 'store_sales_heap', returns_copy: 'store_returns_heap' }
  let isOver = false
  const pipeline = (async () => {
    while (!isOver) {
      for (const [copy, table] of Object.entries(copies)) {
        await pool.query(`BEGIN; DELETE FROM ${copy}; INSERT INTO ${copy} SELECT * FROM ${table}; COMMIT`)
      }
    }
  })()
  const tables = 'store_sales_heap=sales_copy,store_returns_heap=returns_copy'
  const load = ['--total-batches', '40', '--batch-size', '10', '--batch-interval', '0.02', '--seed', '7']
  const args = ['audit', ...load, '--sink', addressOf(connection), '--table', tables, '--require', 'exact']
  const { stdout, stderr, code } = await runCli({ args: [...args, '--every', '10ms'], connection })
  isOver = true
  await pipeline
  expect(code).toBe(4)
  const lines = `${stdout}${stderr}`
    .split('\n')
    // What else a torn read shows, and whether the load kept its pace, is not the same in each run.
    .filter((line) => /Audit|Reads|Staleness|Commits behind|Caught|: torn transaction|ERROR/.test(line))
  await expect(`${lines.map(steady).join('\n')}\n`).toMatchFileSnapshot('output/audit.txt')
})

/** One run's figures, which are others each time. */
function steady(line: string): string {
  return line
    .replace(/^\S+ \S+ - /, '2024-01-15 10:30:15 - ')
    .replace(/; \d+ of \d+ reads are/, '; 11 of 63 reads are')
    .replace(/Reads: .*/, 'Reads: 63, 58 of them before the last commit, p50 4 ms, max 12 ms')
    .replace(/all tables \d+ \(\d+ %\)/, 'all tables 52 (82 %)')
    .replaceAll(/(store_\w+_heap) \d+ \(100 %\)/g, '$1 63 (100 %)')
    .replace(/Staleness: .*/, 'Staleness: p50 0 ms, p95 14 ms, p99 22 ms, max 22 ms')
    .replace(/Commits behind: .*/, 'Commits behind: p50 0, p95 1, p99 1, max 1')
    .replace(/Caught up: \d+ ms/, 'Caught up: 15 ms')
    .replace(
      /In \d+ reads?, first in read \d+: torn transaction: store_sales_heap is as after commit .*?, store_returns_heap is as after commit .*?, and/,
      'In 11 reads, first in read 5: torn transaction: store_sales_heap is as after commit 3, store_returns_heap is as after commit 4, and',
    )
}
