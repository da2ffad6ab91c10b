import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contentsOf } from '../support/contents.js'
import { createExistingTables } from '../support/existing-rows.js'
import { useClient, useSchema } from '../support/server.js'
import { type CliResult, runCli, useFolder } from './support/cli-process.js'
import { useTables } from './support/database.js'
import { expectOneLine, type Named } from './support/expect-one-line.js'
import { runHere } from './support/run-here.js'

const fast = ['--batch-interval', '0', '--target', 'configured']

function report({ code, stdout, stderr }: Pick<CliResult, 'code' | 'stdout' | 'stderr'>): {
  token: string
  commits: number
} {
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as { token: string; commits: number }
}

test('a recorded run is made again on another schema, from its file and from its token: the same tables, byte for byte', async () => {
  const cwd = await useFolder()
  const contents: string[][] = []
  const runOnNewTables = async (args: readonly string[]): Promise<CliResult> => {
    const { connection, client, schema } = await useTables()
    const result = await runCli({ args: [...args, ...fast], connection, cwd })
    const tables = ['store_sales_heap', 'store_returns_heap']
    contents.push(await Promise.all(tables.map((table) => contentsOf(client, `${schema}.${table}`))))
    return result
  }
  const args = [
    '--total-batches',
    '20',
    '--batch-size',
    '25',
    '--ratio',
    '60/25/15',
    '--hazards',
    'reinsert=0.5',
    '--json',
  ]
  const { token } = report(await runOnNewTables([...args, '--record', 'run.ndjson']))
  expect(report(await runOnNewTables(['replay', 'run.ndjson', '--json']))).toMatchObject({
    commits: 20,
    verified: true,
  })
  expect(report(await runOnNewTables(['replay', token, '--json']))).toMatchObject({ token, verified: true })
  const told = await runOnNewTables(['replay', 'run.ndjson', '--no-verify'])
  expect(told.stdout).toMatch(/ - INFO - Replaying run\.ndjson: batches=20, interval=0 s, seed=\d+\n/)
  expect(contents[0]!.join('').length).toBeGreaterThan(10_000)
  expect(contents.slice(1)).toEqual([contents[0], contents[0], contents[0]])
})

test('a run on rows that stood there is replayed from its file on an embedded database, and by its token refused', async () => {
  const connection = await useSchema()
  await createExistingTables(await useClient(), connection.schema!, 100)
  const cwd = await useFolder()
  const args = ['--total-batches', '10', '--batch-size', '20', '--ratio', '0.4', '--record', 'run.ndjson', '--json']
  const { token } = report(await runCli({ args: [...args, ...fast], connection, cwd }))
  const embedded = ['--target', 'embedded', '--batch-interval', '0', '--json']
  expect(report(await runCli({ args: ['replay', 'run.ndjson', ...embedded], cwd }))).toMatchObject({
    commits: 10,
    verified: true,
  })
  expectOneLine(await runHere(['replay', token]), 2, ['`store_sales_heap`', 'Replay'])
  const onRows = await runCli({ args: ['replay', 'run.ndjson', ...fast], connection, cwd })
  expectOneLine(onRows, 1, ['store_sales_heap', 'empty'])
})

test('a script is recorded without a database', async () => {
  const cwd = await useFolder()
  const args = ['--target', 'none', '--total-batches', '3', '--batch-size', '2', '--batch-interval', '0', '--seed', '7']
  const result = await runCli({ args: [...args, '--record', 'plan.ndjson'], cwd })
  expect(result.code, result.stderr).toBe(0)
  const lines = (await readFile(join(cwd, 'plan.ndjson'), 'utf8')).trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line) as unknown).slice(0, 2)).toEqual([
    {
      format: 1,
      seed: 7,
      tables: [{ name: 'store_sales_heap' }, { name: 'store_returns_heap', parent: 'store_sales_heap' }],
      plan: expect.stringMatching(/^[\w-]+$/) as string,
    },
    {
      commit: 1,
      runs: [
        ['insert', 'store_sales_heap', '1 2'],
        ['insert', 'store_returns_heap', '1 2'],
      ],
    },
  ])
  expect(lines).toHaveLength(4)
  const again = await runCli({ args: [...args, '--record', 'plan.ndjson'], cwd })
  expectOneLine(again, 2, ['`record`', 'plan.ndjson', '--record'])
})

test.for<[string, string[], Named]>([
  ['no file', ['replay'], /missing required argument 'file-or-token'/],
  ['two files', ['replay', 'a', 'b'], /too many arguments/],
  ['a file that is not there', ['replay', 'not.ndjson'], ['not.ndjson', 'ENOENT']],
  ['a token that is none', ['replay', 'x'.repeat(60)], ['token', `\`${'x'.repeat(40)}…\``]],
  ['another seed', ['replay', 'x', '--seed', '1'], ['`replay`', '--seed']],
  ['another ratio before it', ['--ratio', '0.1', 'replay', 'x'], ['`replay`', '--ratio']],
  ['another end', ['replay', 'x', '--continuous'], ['`replay`', '--continuous']],
  ['another command', ['rerun', 'x'], /too many arguments/],
])('%s is refused in one line', async ([, args, line]) => {
  expectOneLine(await runHere(args), 2, line)
})

test('a file with a change that cannot be is refused in one line', async () => {
  const cwd = await useFolder()
  const header = { format: 1, seed: 7, tables: [{ name: 'store_sales_heap' }] }
  const batch = { commit: 1, runs: [['update', 'store_sales_heap', '1@1']] }
  await writeFile(join(cwd, 'odd.ndjson'), `${JSON.stringify(header)}\n${JSON.stringify(batch)}\n`)
  const result = await runCli({ args: ['replay', 'odd.ndjson'], cwd })
  expectOneLine(result, 2, ['change 1', 'batch 1', 'UPDATE store_sales_heap 1@1'])
})

test('the help knows of replay', async () => {
  expect((await runHere(['--help'])).stdout).toMatch(/replay <file-or-token>/)
  expect(await runHere(['replay', '--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('the token') })
})
