import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ReportFacts } from '../../src/report/report-facts.js'
import { runCli, startCli, useFolder } from './support/cli-process.js'
import { useTables } from './support/database.js'
import { expectOneLine } from './support/expect-one-line.js'
import { runHere } from './support/run-here.js'

const ARGS = ['--batch-interval', '0', '--batch-size', '10', '--seed', '5', '--report', 'out/run.html']

async function readReport(cwd: string): Promise<{ html: string; facts: ReportFacts }> {
  const html = await readFile(join(cwd, 'out/run.html'), 'utf8')
  return { html, facts: JSON.parse(await readFile(join(cwd, 'out/run.json'), 'utf8')) as ReportFacts }
}

test('a run leaves a page and its figures, the same as those of --json', async () => {
  const { connection } = await useTables()
  const cwd = await useFolder()
  const { code, stdout, log } = await runCli({ args: [...ARGS, '--total-batches', '8', '--json'], connection, cwd })
  expect(code).toBe(0)
  expect(log.at(-1)).toContain(`Run report written to ${join(cwd, 'out/run.html')}`)
  const summary = JSON.parse(stdout) as ReportFacts & { token: string }
  const { html, facts } = await readReport(cwd)
  const { commits, changes, inserts, updates, deletes, retries, resolved, changesPerSecond } = summary
  expect(facts).toMatchObject({ commits, changes, inserts, updates, deletes, retries, resolved, changesPerSecond })
  expect(facts).toMatchObject({
    source: 'command line',
    state: 'passed',
    outcome: 'The run ended by its plan. The tables are as the ledger has them.',
    seed: 5,
    commits: 8,
    changes: 160,
    replay: `cloudberry-cdc replay ${summary.token}`,
  })
  expect(facts.points).toHaveLength(new Set(facts.points.map(({ at }) => at)).size)
  expect(html).toMatch(/<dt>changes<\/dt>\s*<dd>160<\/dd>/)
  expect((await stat(join(cwd, 'out/run.html'))).mode & 0o777).toBe(0o600)
})

test('a run that was interrupted is reported as one', async () => {
  const { connection } = await useTables()
  const args = ['--continuous', '--batch-interval', '0.02', '--report', 'out/run.html']
  const { child, cwd, printed, result } = await startCli({ args, connection })
  await printed(/Batch 3 committed/)
  child.kill('SIGINT')
  expect((await result).code).toBe(130)
  const { facts } = await readReport(cwd)
  expect(facts).toMatchObject({ state: 'interrupted', outcome: expect.stringContaining('The run was interrupted.') })
  expect(facts.commits).toBeGreaterThanOrEqual(3)
})

test('a run that failed is reported with its error, without a password', async () => {
  const connection = { host: '127.0.0.1', port: 1, user: 'me', password: 'hunter22', database: 'd' }
  const cwd = await useFolder()
  expect((await runCli({ args: ARGS, connection, cwd })).code).toBe(1)
  const { html, facts } = await readReport(cwd)
  expect(facts).toMatchObject({ state: 'failed', commits: 0, outcome: expect.stringContaining('127.0.0.1:1') })
  expect(`${html}${JSON.stringify(facts)}`).not.toContain('hunter22')
})

test.each([
  ['run.txt', ['run.txt', '--report', 'CDC_REPORT']],
  ['taken/run.html', ['taken/run.html', '--report', 'CDC_REPORT']],
])('%s is refused in one line, before anything is run', async (file, line) => {
  const cwd = await useFolder()
  await writeFile(join(cwd, 'taken'), '')
  const report = join(cwd, file)
  expectOneLine(await runHere(['--target', 'embedded', '--report', report]), 2, line)
})
