import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startCli, type CliProcess } from './support/cli-process.js'
import { countRows, useTables } from './support/database.js'

/** Longer than two signals of one key press are apart. */
const later = 400

async function isAlive(pid: number): Promise<boolean> {
  await sleep(50)
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
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
  while (!(await committed(running))) await sleep(50)
  running.child.kill('SIGTERM')
  const { code, stdout } = await running.result
  expect(code).toBe(143)
  expect(JSON.parse(stdout)).toMatchObject({ commits: 1, verified: true })
})

test('a second signal stops at once, also while the first one waits for a lock', async () => {
  const { client, connection, schema } = await useTables()
  const running = await startCli({ args: ['--continuous', '--batch-interval', '0.05'], connection })
  await running.printed(/Batch 2 committed/)
  await client.query('BEGIN')
  await client.query(`LOCK TABLE ${schema}.store_sales_heap IN ACCESS EXCLUSIVE MODE`)
  running.child.kill('SIGINT')
  await running.printed(/SIGINT: ending/)
  await sleep(later)
  expect(running.child.exitCode).toBe(null)
  const asked = performance.now()
  running.child.kill('SIGINT')
  expect((await running.result).code).toBe(130)
  expect(performance.now() - asked).toBeLessThan(1000)
  await client.query('ROLLBACK')
})

test('two signals for one key press, as npm sends them, count as one', async () => {
  const { connection } = await useTables()
  const running = await startCli({ args: ['--continuous', '--batch-interval', '0.05'], connection })
  await running.printed(/Batch 2 committed/)
  running.child.kill('SIGINT')
  await sleep(20)
  running.child.kill('SIGINT')
  const { code, stdout } = await running.result
  expect(code).toBe(130)
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
  await sleep(200)
  const children = await childrenOf(Number(running.child.pid))
  running.child.kill('SIGINT')
  expect((await running.result).code).toBe(130)
  await sleep(1000)
  for (const pid of children) expect(await isAlive(pid)).toBe(false)
})

test('a second signal also ends the embedded server', async () => {
  const args = ['--target', 'embedded', '--continuous', '--batch-interval', '0', '--batch-size', '20000']
  const running = await startCli({ args })
  await running.printed(/Batch 1 committed/)
  const children = await childrenOf(Number(running.child.pid))
  expect(children.length).toBeGreaterThan(0)
  running.child.kill('SIGINT')
  await sleep(later)
  running.child.kill('SIGINT')
  expect((await running.result).code).toBe(130)
  for (let waited = 0; waited < 50 && (await isAlive(children[0]!)); waited++) await sleep(100)
  for (const pid of children) expect(await isAlive(pid)).toBe(false)
})

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return text.trim().split(/\s+/).filter(Boolean).map(Number)
}

async function committed(running: CliProcess): Promise<boolean> {
  return (await readFile(`${running.cwd}/mock-data.log`, 'utf8').catch(() => '')).includes('Batch 1 committed')
}
