import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { runCli, startCli, useFolder } from './support/cli-process.js'
import { useClient } from '../support/server.js'
import { useTables } from './support/database.js'

const plan = ['--target', 'none', '--events', 'events', '--batch-interval', '0', '--batch-size', '5']

async function logFiles(cwd: string): Promise<string[]> {
  return (await readdir(cwd)).filter((name) => name.startsWith('mock-data.log')).toSorted()
}

const readLines = async (cwd: string, name: string): Promise<string[]> =>
  (await readFile(join(cwd, name), 'utf8')).split('\n').slice(0, -1)

test('a log file that is full is followed by another, no line is lost, and it goes on in the next run', async () => {
  const cwd = await useFolder()
  const printed: string[] = []
  for (const _ of [1, 2]) {
    const { code, stdout } = await runCli({ cwd, args: [...plan, '--total-batches', '20', '--log-max-size', '2K'] })
    expect(code).toBe(0)
    printed.push(...stdout.split('\n').slice(0, -1))
  }
  const names = await logFiles(cwd)
  expect(names.length).toBeGreaterThan(2)
  const files = await Promise.all(names.toReversed().map((name) => readLines(cwd, name)))
  expect(files.flat()).toEqual(printed)
  for (const name of names) {
    const { size, mode } = await stat(join(cwd, name))
    expect(size).toBeLessThan(2048 + 1000)
    expect(mode & 0o777).toBe(0o600)
  }
})

test('five old log files are kept', async () => {
  const cwd = await useFolder()
  const args = [...plan, '--total-batches', '150', '--log-max-size', '1k']
  const { code, stdout } = await runCli({ cwd, args })
  expect(code).toBe(0)
  const names = await logFiles(cwd)
  expect(names).toEqual(['mock-data.log', ...[1, 2, 3, 4, 5].map((number) => `mock-data.log.${number}`)])
  const kept = (await Promise.all(names.toReversed().map((name) => readLines(cwd, name)))).flat()
  expect(kept).toEqual(stdout.split('\n').slice(0, -1).slice(-kept.length))
})

test('VACUUM runs beside the load', async () => {
  const { client, connection, schema } = await useTables()
  const args = ['--total-batches', '60', '--batch-interval', '0.02', '--vacuum-every', '20', '--ratio', '60/20/20']
  const { code, log } = await runCli({ args, connection })
  expect(code).toBe(0)
  expect(log.join('\n')).toMatch(/ - INFO - Vacuumed store_sales_heap and store_returns_heap in \d+\.\d\d s$/m)
  expect(log.join('\n')).toContain('Verified')
  const counts = async (): Promise<unknown> =>
    (
      await client.query(
        'SELECT relname, vacuum_count > 0 AS vacuumed FROM pg_stat_user_tables WHERE schemaname = $1',
        [schema],
      )
    ).rows
  await expect.poll(counts).toEqual(
    expect.arrayContaining([
      { relname: 'store_sales_heap', vacuumed: true },
      { relname: 'store_returns_heap', vacuumed: true },
    ]),
  )
})

test('ANALYZE runs between two batches, every so many commits', async () => {
  const { client, connection, schema } = await useTables()
  const args = ['--total-batches', '60', '--batch-interval', '0.02', '--analyze-every', '20', '--writers', '2']
  const { code, log } = await runCli({ args, connection })
  expect(code).toBe(0)
  const text = log.join('\n')
  const analyzed = text.match(/ - INFO - Analyzed store_sales_heap and store_returns_heap in \d+\.\d\d s$/gm)
  // The last one comes with the end of the stream, and may be too late.
  expect([2, 3]).toContain(analyzed?.length)
  expect(text).toContain('Verified')
  const { rows } = await client.query(
    `SELECT relname, reltuples >= 3000 AS known FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind = 'r' ORDER BY 1`,
    [schema],
  )
  expect(rows).toEqual([
    { relname: 'store_returns_heap', known: true },
    { relname: 'store_sales_heap', known: true },
  ])
})

test('an ANALYZE that has to wait is waited for, and a load that is stopped does not wait for it', async () => {
  const { client, connection, schema } = await useTables()
  const locker = await useClient()
  const args = ['--continuous', '--batch-interval', '0.02', '--analyze-every', '5', '--no-verify']
  const running = await startCli({ args, connection })
  await running.printed(/Batch 3 committed/)
  await locker.query(`BEGIN; LOCK TABLE ${schema}.store_returns_heap IN SHARE UPDATE EXCLUSIVE MODE`)
  const waits = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'ANALYZE "${schema}"%'`
  while ((await client.query(waits)).rowCount === 0);
  running.child.kill('SIGTERM')
  const { code, log } = await running.result
  expect(code).toBe(143)
  expect(log.join('\n')).not.toContain('ANALYZE failed')
  expect((await client.query(waits)).rowCount).toBe(0)
  await locker.query('ROLLBACK')
})

test('a VACUUM that is not allowed is a warning, and the load goes on', async () => {
  const { client, connection, schema } = await useTables()
  const [user, password] = [`r_${randomBytes(6).toString('hex')}`, randomBytes(12).toString('hex')]
  await client.query(`
    CREATE ROLE ${user} LOGIN PASSWORD '${password}';
    GRANT USAGE ON SCHEMA ${schema} TO ${user};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${user}`)
  onTestFinished(() => client.query(`DROP OWNED BY ${user}; DROP ROLE ${user}`).then(() => {}))
  const args = ['--total-batches', '40', '--batch-interval', '0.02', '--vacuum-every', '5']
  const { code, log } = await runCli({ args, connection: { ...connection, user, password } })
  expect(code).toBe(0)
  expect(log.join('\n')).toMatch(/ - WARNING - VACUUM: skipping "store_sales_heap" --- only table or database owner/)
  expect(log.join('\n')).toContain('Verified')
})

test('the pace is a rate or a schedule, and what was typed comes before the variables', async () => {
  const total = ['--total-batches', '3']
  const rate = await runCli({
    args: [...plan.slice(0, 4), ...total, '--rate', '20000'],
    env: { CDC_INTERVAL: '50000' },
  })
  expect(rate.code).toBe(0)
  expect(rate.log[0]).toContain('batch size=200, rate=20000 changes/s, tables')
  const schedule = await runCli({
    args: [...plan.slice(0, 4), ...total],
    env: { CDC_SCHEDULE: '0.5:20000,1:1000-2000,50000' },
  })
  expect(schedule.code).toBe(0)
  expect(schedule.log[0]).toContain('batch size=200, schedule=0.5:20000,1:1000-2000,50000, tables')
})
