import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Random } from '../../src/tables/random.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { contentsOf } from '../support/contents.js'
import { createExistingTables } from '../support/existing-rows.js'
import { useClient, useSchema } from '../support/server.js'
import { type CliResult, runCli, startCli, useFolder } from './support/cli-process.js'
import { useTables } from './support/database.js'
import { expectOneLine, type Named } from './support/expect-one-line.js'
import { killCli, type Moment } from './support/kill.js'
import { runHere } from './support/run-here.js'

const all = process.env['CDC_TEST_FAULTS'] === 'all'

const BATCHES = 30
const target = ['--target', 'configured', '--batch-interval', '0']
const args = ['--total-batches', String(BATCHES), '--batch-size', '20', '--seed', '31', '--ratio', '60/25/15']

const record = 'run.ndjson'

/** Runs of every kind: what is asked for, and whether rows stand there before. */
const kinds: readonly { readonly more: readonly string[]; readonly existing: boolean }[] = [
  { more: [], existing: false },
  { more: ['--writers', '4', '--late-commit', '0.3', '--rollback', '0.3'], existing: false },
  { more: ['--record', record], existing: true },
  { more: ['--hazards', 'hotKeys=0.5,sameKeyChains=0.4,reinsert=0.5,noopUpdates=0.3'], existing: false },
  { more: ['--writers', '3', '--long-transaction', '6', '--record', record], existing: true },
]

async function useTablesOf(existing: boolean): Promise<ConnectionOptions> {
  if (!existing) return (await useTables()).connection
  const connection = await useSchema()
  await createExistingTables(await useClient(), connection.schema, 80)
  return connection
}

/** Both tables, row by row, and the record where there is one. */
async function outcome({ schema }: ConnectionOptions, cwd: string): Promise<string[]> {
  const client = await useClient()
  return [
    await contentsOf(client, `${schema}.store_sales_heap`),
    await contentsOf(client, `${schema}.store_returns_heap`),
    await readFile(join(cwd, record), 'utf8').catch(() => ''),
  ]
}

function resumedBy({ stderr, stdout }: CliResult): string {
  return /Resume with --resume (\S+)/.exec(`${stderr}${stdout}`)![1]!
}

function expectReport({ code, stdout, stderr }: CliResult): { retries: number; resolved: number; token: string } {
  expect(code, stderr).toBe(0)
  const report = JSON.parse(stdout) as { retries: number; resolved: number; token: string }
  expect(report).toMatchObject({ commits: BATCHES, verified: true })
  return report
}

function anyMoment(random: Random): Moment {
  const ats: Moment['at'][] = ['logged', 'sent', 'lost', 'COMMIT sent', 'COMMIT lost']
  const at = ats[random.below(ats.length)]!
  return { at, count: 1 + random.below(at === 'sent' || at === 'lost' ? 120 : 20) }
}

describe('a process that is killed at any moment and resumed ends with the tables of one that was not', () => {
  test.for(kinds.map((kind, index) => [index, kind] as const))(
    'run %i: %j',
    { timeout: all ? 1_200_000 : 60_000 },
    async ([index, { more, existing }]) => {
      const undisturbed = await useTablesOf(existing)
      const first = await useFolder()
      expectReport(await runCli({ args: [...args, ...more, ...target, '--json'], connection: undisturbed, cwd: first }))
      const expected = await outcome(undisturbed, first)
      expect(expected[0]!.length).toBeGreaterThan(10_000)
      const random = new Random(4711, 'kills')
      for (let trial = 0; trial < (all ? 10 : 1); trial++) {
        const moment = anyMoment(random.at(index, trial))
        const connection = await useTablesOf(existing)
        const cwd = await useFolder()
        const killed = await killCli([...args, ...more, ...target, '--json'], connection, cwd, moment)
        expect({ moment, code: killed.code }).toEqual({ moment, code: null })
        const source = resumedBy(killed)
        expect(source === record).toBe(more.includes('--record'))
        const resumed = await runCli({ args: ['--resume', source, ...target, '--json'], connection, cwd })
        expectReport(resumed)
        const [, made] = /Resumed after batch (\d+): /.exec(resumed.stderr)!
        expect({ moment, made: Number(made), outcome: await outcome(connection, cwd) }).toEqual({
          moment,
          made: expect.toSatisfy((commits: number) => commits < BATCHES) as number,
          outcome: expected,
        })
      }
    },
  )
})

test('a run that is killed twice, and one that is at its end already', async () => {
  const { connection } = await useTables()
  const cwd = await useFolder()
  const killed = await killCli([...args, '--target', 'configured', '--batch-interval', '0.01'], connection, cwd, {
    at: 'COMMIT sent',
    count: 7,
  })
  const again = ['--resume', resumedBy(killed), ...target]
  const second = await killCli(again, connection, cwd, { at: 'COMMIT lost', count: 7 })
  expect(second.stdout).toMatch(/Resuming the run of a token: batches=30, interval=0 s, seed=31\n/)
  expect(second.stdout).toMatch(
    /Resumed after batch [67]: \d+ changes \(INSERT=\d+, UPDATE=\d+, DELETE=\d+\) are there/,
  )
  const third = await runCli({ args: again, connection, cwd })
  expect(third.stdout).toMatch(/Resumed after batch 1[23]: [^]*Batch 30 committed: .* 1200 in total/)
  expect(third.stdout).toMatch(/Summary: 30 batches, 1200 changes [^]*Verified: .* after batch 30\n$/)
  const { token } = expectReport(await runCli({ args: [...again, '--json'], connection, cwd }))
  const ended = await runCli({ args: ['--resume', token, ...target], connection, cwd, env: { CDC_BATCHES: '3' } })
  expect(ended.stdout).not.toMatch(/ committed: |Resume with/)
  expect(ended.stdout).toMatch(/Resumed after batch 30: 1200 changes .*\n[^]*Summary: 30 batches, 1200 changes/)
  expect(ended.stdout).toMatch(/Verified: .* after batch 30\n$/)
})

test('without an end, from the environment, with all change events in the new file', async () => {
  const { connection } = await useTables()
  const cwd = await useFolder()
  const moment = { at: 'logged', count: 5 } as const
  const killed = await killCli(['--continuous', '--batch-size', '20', ...target], connection, cwd, moment)
  const env = { CDC_RESUME: resumedBy(killed) }
  const running = await startCli({ args: [...target, '--events', 'all.ndjson', '--json'], connection, cwd, env })
  await running.printed(/Batch \d+ committed/)
  running.child.kill('SIGINT')
  const { code, stdout } = await running.result
  expect(code).toBe(130)
  const { commits, events, verified } = JSON.parse(stdout) as Record<string, number>
  expect(verified).toBe(true)
  const lines = (await readFile(join(cwd, 'all.ndjson'), 'utf8')).trimEnd().split('\n')
  expect(lines).toHaveLength(events!)
  const seen = new Set(lines.map((line) => (JSON.parse(line) as { commit: number }).commit))
  expect([...seen]).toEqual(Array.from({ length: commits! }, (_, index) => index + 1))
})

test('over rows that stood there: by its record alone', async () => {
  const connection = await useTablesOf(true)
  const cwd = await useFolder()
  const interrupted = await startCli({
    args: [...args, '--target', 'configured', '--batch-interval', '0.2'],
    connection,
    cwd,
  })
  await interrupted.printed(/Batch 2 committed/)
  interrupted.child.kill('SIGINT')
  const { stdout } = await interrupted.result
  expect(stdout).toContain('Resume: not possible, because rows stood in the tables before; with --record it is')
  const [, token] = /token (\S+)/.exec(stdout)!
  const result = await runCli({ args: ['--resume', token!, ...target], connection, cwd })
  expectOneLine(result, 2, ['`store_sales_heap`', 'Resume'])
})

test('tables that somebody else has written to are refused in one line, and left as they are', async () => {
  const { connection, client, schema } = await useTables()
  const cwd = await useFolder()
  const moment = { at: 'logged', count: 3 } as const
  const killed = await killCli([...args, '--target', 'configured', '--batch-interval', '0.05'], connection, cwd, moment)
  const again = ['--resume', resumedBy(killed), ...target]
  // Not before the one that was killed is gone.
  const left = `SELECT FROM pg_locks WHERE relation = to_regclass($1)`
  while ((await client.query(left, [`${schema}.store_sales_heap`])).rowCount !== 0);
  await client.query(`UPDATE ${schema}.store_sales_heap SET ss_quantity = ss_quantity + 1000`)
  const before = await outcome(connection, cwd)
  const refused = await runCli({ args: again, connection, cwd })
  expectOneLine(refused, 1, ['commit', 'store_sales_heap', 'ss_quantity'])
  expect(await outcome(connection, cwd)).toEqual(before)
})

const someToken = 'x'.repeat(60)

test.for<[string, string[], Named]>([
  ['no token', ['--resume', someToken, ...target], ['token', `\`${'x'.repeat(40)}…\``]],
  ['no file', ['--resume', 'not.ndjson', ...target], ['not.ndjson', 'ENOENT']],
  ['another seed', ['--resume', 'x', ...target, '--seed', '1'], ['--resume', '--seed']],
  ['a replay', ['replay', 'x', '--resume', 'x', ...target], ['`replay`', '--resume', 'CDC_RESUME']],
  ['a database that is gone', ['--resume', 'x'], ['--resume', 'database']],
])('%s is refused in one line', async ([, given, line]) => {
  expectOneLine(
    await runHere(given, {
      CLOUDBERRY_PASSWORD: 'secret',
      ...(given.includes('configured') ? { CLOUDBERRY_HOST: '127.0.0.1' } : {}),
    }),
    2,
    line,
  )
})
