import { readFile } from 'node:fs/promises'
import type { Client } from 'pg'
import { expect, test } from 'vitest'
import { connect } from '../../src/database/postgres/connect.js'
import { restartableServer } from '../support/restartable-server.js'
import { useClient } from '../support/server.js'
import { startCli, type CliProcess } from './support/cli-process.js'
import { countRows, useTables } from './support/database.js'

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Presses Ctrl+C again until the command has ended; signals that are close together count as one. */
async function pressAgain({ child, result }: CliProcess): Promise<void> {
  const pressing = setInterval(() => child.kill('SIGINT'), 50)
  await result
  clearInterval(pressing)
}

function lastBatch(lines: readonly string[]): number {
  return Number(lines.map((line) => /Batch (\d+) committed/.exec(line)?.[1]).findLast(Boolean))
}

test.for([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s finishes the batch, reports, verifies, and exits with %i', async ([signal, expected]) => {
  const { client, connection, schema } = await useTables()
  const running = await startCli({ args: ['--continuous', '--batch-interval', '0.2'], connection })
  await running.printed(/Batch 3 committed/)
  running.child.kill(signal)
  const { code, stdout, log } = await running.result
  expect(code).toBe(expected)
  // A busy machine may be behind schedule, which is a warning, and goes to standard error.
  expect(stdout.split('\n').slice(0, -1)).toEqual(log.filter((line) => line.includes(' - INFO - ')))
  const text = log.join('\n')
  expect(text).toContain(`${signal}: ending after the batch in flight`)
  expect(text).toMatch(new RegExp(`Summary: ${lastBatch(log)} batches`))
  expect(text).toMatch(new RegExp(`Verified: .* after batch ${lastBatch(log)}$`))
  const now = /store_sales_heap: .* (\d+) rows now/.exec(text)?.[1]
  expect(await countRows(client, `${schema}.store_sales_heap`)).toBe(Number(now))
})

test('a signal during a long interval does not wait for its end', async () => {
  const { connection } = await useTables()
  const running = await startCli({ args: ['--batch-interval', '3600', '--json'], connection })
  await running.printed(/Batch 1 committed/)
  running.child.kill('SIGTERM')
  const { code, stdout } = await running.result
  expect(code).toBe(143)
  expect(JSON.parse(stdout)).toMatchObject({ commits: 1, verified: true })
})

test('a signal while the tables are looked at ends the run at once, and the question on the server', async () => {
  const { client, connection, schema } = await useTables()
  const locker = await useClient()
  await locker.query(`BEGIN; LOCK TABLE ${schema}.store_returns_heap IN ACCESS EXCLUSIVE MODE`)
  const running = await startCli({ args: ['--continuous'], connection })
  const waits = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%"${schema}"."store_returns_heap"%'`
  while ((await client.query(waits)).rowCount === 0);
  running.child.kill('SIGTERM')
  const { code, stderr } = await running.result
  expect({ code, stderr }).toEqual({ code: 143, stderr: expect.not.stringContaining('ERROR') as string })
  while ((await client.query(waits)).rowCount !== 0);
  await locker.query('ROLLBACK')
})

test('a second signal stops at once, also while the first one waits for a lock', async () => {
  const { client, connection, schema } = await useTables()
  const running = await startCli({ args: ['--continuous', '--batch-interval', '0.05'], connection })
  await running.printed(/Batch 2 committed/)
  await holdUp(client, `${schema}.store_sales_heap`)
  running.child.kill('SIGINT')
  await running.printed(/SIGINT: ending/)
  await pressAgain(running)
  const { code, stdout } = await running.result
  expect(code).toBe(130)
  // The batch still waits.
  expect(stdout).not.toMatch(/Summary/)
  await client.query('ROLLBACK')
})

test.for([
  [[], 1, /ERROR - Expected .+ 127\.0\.0\.1/],
  [['--no-verify'], 130, /attempt \d+ failed/],
] as const)(
  'a signal while the server is away does not wait for it: %j exits with %i',
  { timeout: 40_000 },
  async ([more, expected, said]) => {
    await using server = await restartableServer()
    const args = ['--create-tables', '--continuous', '--batch-interval', '0', ...more]
    const running = await startCli({ args, connection: server.connection })
    await running.printed(/Batch 2 committed/)
    await holdUp(await connect(server.connection), 'tpcds.store_sales_heap')
    await server.stop('immediate')
    await running.printed(/attempt 1 failed/)
    running.child.kill('SIGINT')
    const { code, stdout, stderr, log } = await running.result
    expect({ code, stderr }).toEqual({ code: expected, stderr: expect.stringMatching(said) as string })
    expect(stdout).toMatch(new RegExp(`Summary: ${lastBatch(log)} batches`))
  },
)

/** Keeps a batch waiting: its COMMIT is not sent. */
async function holdUp(client: Client, table: string): Promise<void> {
  await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`)
  const waiting = 'SELECT FROM pg_locks WHERE NOT granted AND relation = $1::regclass'
  while ((await client.query(waiting, [table])).rowCount === 0);
}

test('two signals for one key press, as npm sends them, count as one', async () => {
  const { connection } = await useTables()
  const running = await startCli({ args: ['--continuous', '--batch-interval', '0.05'], connection })
  await running.printed(/Batch 2 committed/)
  // Two of a kind that nobody has handled yet would be one.
  running.child.kill('SIGINT')
  running.child.kill('SIGTERM')
  const { code, stdout } = await running.result
  expect([130, 143]).toContain(code)
  expect(stdout).toMatch(/Verified: /)
})

test('Ctrl+C reaches the whole process group, and the embedded server still serves to the end', async () => {
  const args = ['--target', 'embedded', '--continuous', '--batch-interval', '0.05']
  const running = await startCli({ args, group: true })
  await running.printed(/Batch 2 committed/)
  process.kill(-Number(running.child.pid), 'SIGINT')
  const { code, stdout, stderr } = await running.result
  expect(code).toBe(130)
  expect(stderr).not.toMatch(/ - ERROR - |attempt/)
  expect(stdout).toMatch(/Verified: .*\n$/)
})

test('a signal while the embedded server starts ends the run, and leaves no process behind', async () => {
  const running = await startCli({ args: ['--target', 'embedded'] })
  await running.printed(/Starting the change stream/)
  await expect.poll(() => childrenOf(Number(running.child.pid))).not.toEqual([])
  const children = await childrenOf(Number(running.child.pid))
  running.child.kill('SIGINT')
  expect((await running.result).code).toBe(130)
  await untilGone(children)
})

test('a second signal also ends the embedded server', async () => {
  const args = ['--target', 'embedded', '--continuous', '--batch-interval', '0', '--batch-size', '20000']
  const running = await startCli({ args })
  await running.printed(/Batch 1 committed/)
  const children = await childrenOf(Number(running.child.pid))
  expect(children.length).toBeGreaterThan(0)
  running.child.kill('SIGINT')
  await pressAgain(running)
  expect((await running.result).code).toBe(130)
  await untilGone(children)
})

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return text.trim().split(/\s+/).filter(Boolean).map(Number)
}

async function untilGone(pids: readonly number[]): Promise<void> {
  await expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([])
}
