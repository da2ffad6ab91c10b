import { join } from 'node:path'
import { readFile, stat } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { type CliResult, runCli, startCli, useFolder } from '../cli/support/cli-process.js'
import { useClient, useSchema } from '../support/server.js'

const configured = ['--target', 'configured', '--create-tables']

function report({ code, stdout, stderr }: CliResult): unknown {
  expect(code, `${stderr}${stdout}`).toBe(0)
  return JSON.parse(stdout) as unknown
}

test('every option, at once where they go together', async () => {
  const connection = await useSchema()
  const cwd = await useFolder()
  const all = `--total-batches 20 --batch-size 50 --rate 20000 --tables both --ratio 70/20/10 --seed 7 --scale 10 --nulls none
    --business-date 2002-11-29 --hazards hotKeys=0.1,sameKeyChains=0.1,reinsert=0.1 --writers 2 --rollback 0.2
    --events events.ndjson --format debezium-postgres --event-duplicates 0.1 --event-shuffle 5 --event-late 0.1
    --record run.ndjson --log-file changes.log --log-max-size 1M --vacuum-every 5 --analyze-every 5
    --metrics-port 0 --metrics-host 127.0.0.1 --report report.html --json`
  const found = report(await runCli({ args: [...configured, ...all.split(/\s+/)], connection, cwd }))
  expect(found).toMatchObject({ commits: 20, verified: true })
  const log = await readFile(join(cwd, 'changes.log'), 'utf8')
  expect(log).toMatch(/Analyzed|Vacuumed/)
  for (const file of ['events.ndjson', 'run.ndjson', 'report.html'])
    expect((await stat(join(cwd, file))).size).toBeGreaterThan(0)

  const verified = await runCli({ args: ['verify', 'run.ndjson', '--target', 'configured', '--json'], connection, cwd })
  expect(report(verified)).toMatchObject({ equal: true, commits: 20 })
  const inspected = await runCli({
    args: ['inspect', `${connection.schema}.store_sales_heap`, '--target', 'configured'],
    connection,
    cwd,
  })
  expect(inspected).toMatchObject({ code: 0, stdout: expect.stringContaining('defineTable') as string })
  const replayed = await runCli({
    args: ['replay', 'run.ndjson', ...configured, '--batch-interval', '0', '--json'],
    connection: await useSchema(),
    cwd,
  })
  expect(report(replayed)).toMatchObject({ commits: 20, verified: true })
})

test('the options of overlap and of pace, INSERTs only', async () => {
  const args = `--schedule 0.2:20000,0.2:5000-30000,50000 --total-batches 20 --batch-size 50 --tables sales --ratio 1/0/0
    --writers 2 --late-commit 0.3 --long-transaction 3 --base 0 --no-verify --json`
  const found = await runCli({ args: [...configured, ...args.split(/\s+/)], connection: await useSchema() })
  expect(report(found)).toMatchObject({ commits: 20 })
})

test('a run that is killed is resumed', async () => {
  const connection = await useSchema()
  const cwd = await useFolder()
  const args = [...configured, '--total-batches', '60', '--batch-interval', '0.05', '--record', 'run.ndjson']
  const running = await startCli({ args, connection, cwd })
  await running.printed(/Batch 5 committed/)
  running.child.kill('SIGKILL')
  await running.result
  const resumed = await runCli({
    args: ['--resume', 'run.ndjson', '--target', 'configured', '--batch-interval', '0', '--json'],
    connection,
    cwd,
  })
  expect(report(resumed)).toMatchObject({ commits: 60, verified: true })
})

test('SIGTERM ends a run, which is verified', async () => {
  const running = await startCli({
    args: [...configured, '--continuous', '--batch-interval', '0'],
    connection: await useSchema(),
  })
  await running.printed(/Batch 20 committed/)
  running.child.kill('SIGTERM')
  const { code, stdout } = await running.result
  expect({ code, stdout }).toEqual({ code: 143, stdout: expect.stringContaining('Verified') as string })
})

test('shards, side by side', async () => {
  const connection = await useSchema()
  const client = await useClient()
  const args = [
    '--total-batches',
    '10',
    '--batch-size',
    '50',
    '--batch-interval',
    '0',
    '--seed',
    '9',
    '--ratio',
    '70/20/10',
  ]
  const first = [...configured, ...args, '--base', '0', '--json']
  const shard = (name: string): Promise<CliResult> => runCli({ args: [...first, '--shard', name], connection })
  // The first one creates the tables.
  for (const one of [await shard('1/3'), ...(await Promise.all([shard('2/3'), shard('3/3')]))]) {
    expect(report(one)).toMatchObject({ commits: 10, verified: true })
  }
  const options = [...args.filter((_, at) => at !== 4 && at !== 5), '--base', '0', '--shards', '3']
  const verified = await runCli({ args: ['verify', ...options, '--target', 'configured', '--json'], connection })
  expect(report(verified)).toMatchObject({ equal: true, commits: 30 })
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int4 AS count FROM ${connection.schema}.store_sales_heap`,
  )
  expect(rows[0]!.count).toBeGreaterThan(500)
})
