import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Metrics } from '../../src/cli/beside/metrics.js'
import type { CommitEvent } from '../../src/index.js'
import { readOpenMetrics } from '../support/open-metrics.js'
import { runCli, startCli } from './support/cli-process.js'
import { useTables } from './support/database.js'
import { expectOneLine } from './support/expect-one-line.js'

const commit = (number: number): CommitEvent => ({
  type: 'commit',
  commit: number,
  inserts: 5,
  updates: 2,
  deletes: 1,
  tables: { 'odd "name"\\': { inserts: 5, updates: 2, deletes: 1 } },
  at: 1_700_000_000_500,
  milliseconds: 20,
  open: 1,
  lag: 30,
  skipped: 1,
})

test('metrics are OpenMetrics, before the first commit and after', async () => {
  const metrics = new Metrics()
  expect(metrics.contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
  expect(readOpenMetrics(await metrics.text()).get('cdc_commits_total{}')).toBe(0)
  metrics.observe(commit(1))
  metrics.observe(commit(2))
  metrics.observe({ type: 'retry', commit: 3, attempt: 1, reason: 'x' })
  metrics.observe({ type: 'resolved', commit: 3, committed: true })
  const samples = readOpenMetrics(await metrics.text())
  expect(Object.fromEntries([...samples].filter(([name]) => !name.includes('_bucket')))).toEqual({
    'cdc_commits_total{}': 2,
    'cdc_retries_total{}': 1,
    'cdc_resolved_total{}': 1,
    'cdc_skipped_total{}': 2,
    [String.raw`cdc_changes_total{table="odd \"name\"\\",kind="insert"}`]: 10,
    [String.raw`cdc_changes_total{table="odd \"name\"\\",kind="update"}`]: 4,
    [String.raw`cdc_changes_total{table="odd \"name\"\\",kind="delete"}`]: 2,
    'cdc_commit_seconds_sum{}': 0.04,
    'cdc_commit_seconds_count{}': 2,
    'cdc_response_seconds_sum{}': expect.closeTo(0.17) as number,
    'cdc_response_seconds_count{}': 4,
    'cdc_lag_seconds{}': 0.03,
    'cdc_last_commit_timestamp_seconds{}': 1_700_000_000.5,
  })
})

test('a run serves them on the loopback, and no longer than it lasts', async () => {
  const { connection } = await useTables()
  const args = ['--continuous', '--batch-interval', '0.05', '--metrics-port', '0', '--vacuum-every', '3']
  const { child, printed, result } = await startCli({ args, connection })
  let output = ''
  child.stdout?.on('data', (text: string) => (output += text))
  await printed(/Batch 4 committed/)
  const url = /Metrics at (http:\/\/127\.0\.0\.1:\d+\/metrics)$/m.exec(output)![1]!
  const response = await fetch(url)
  expect(response.headers.get('content-type')).toContain('application/openmetrics-text; version=1.0.0')
  const samples = readOpenMetrics(await response.text())
  expect(samples.get('cdc_commits_total{}')).toBeGreaterThanOrEqual(4)
  const inserts = samples.get('cdc_changes_total{table="store_sales_heap",kind="insert"}')
  expect(inserts).toBeGreaterThan(4 * 190)
  expect((await fetch(new URL('/', url))).status).toBe(404)
  expect((await fetch(url, { method: 'POST' })).status).toBe(405)
  child.kill('SIGINT')
  expect((await result).code).toBe(130)
  await expect(fetch(url)).rejects.toThrow('fetch failed')
})

test('a port that is taken is refused in one line', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const result = await runCli({ args: ['--target', 'embedded', '--metrics-port', String(port)] })
  expectOneLine(result, 2, ['127.0.0.1', 'EADDRINUSE', '--metrics-port'])
  expect(result.log).toEqual([])
})
