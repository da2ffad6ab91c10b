import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli, useFolder } from './support/cli-process.js'
import { expectOneLine } from './support/expect-one-line.js'
import { runHere } from './support/run-here.js'

const configured = { CLOUDBERRY_HOST: '127.0.0.1' }

test.for<[string, string[], RegExp]>([
  ['an unknown option', ['--bogus'], /--bogus/],
  ['a mistyped option', ['--table', 'sales'], /--table.*Did you mean --tables\?/],
  ['an argument too many', ['now'], /too many arguments/],
  ['an option without its value', ['--seed'], /--seed/],
  ['unknown tables', ['--tables', 'stores'], /--tables to be sales, returns, or both, got `stores`/],
  ['an unknown target', ['--target', 'cloud'], /--target to be auto, .*got `cloud`/],
  ['unknown NULLs', ['--nulls', 'some'], /--nulls to be tpcds or none, got `some`/],
  ['batch size 0', ['--batch-size', '0'], /`batchSize`.*got `0`.*--batch-size/],
  ['batch size 1.5', ['--batch-size', '1.5'], /`batchSize`.*got `1.5`.*--batch-size/],
  ['batch size 10^9', ['--batch-size', '1000000000'], /`batchSize`.*got `1000000000`.*--batch-size/],
  ['batch size 1e9', ['--batch-size', '1e9'], /`batchSize`.*got `1000000000`.*--batch-size/],
  ['a batch size in words', ['--batch-size', 'many'], /--batch-size to be a number such as 200, got `many`/],
  ['an empty batch size', ['--batch-size', ''], /--batch-size to be a number such as 200, got ``/],
  ['a hexadecimal batch size', ['--batch-size', '0x10'], /--batch-size to be a number such as 200, got `0x10`/],
  ['no batches', ['--total-batches', '0'], /`batches`.*got `0`.*--total-batches/],
  ['a negative interval', ['--batch-interval', '-1'], /`interval`.*got `-1000`.*--batch-interval/],
  ['a ratio that sums to 0', ['--ratio', '0/0/0'], /`ratio`/],
  ['a negative weight', ['--ratio', '110/-20/10'], /`ratio`.*-20/],
  ['a negative ratio', ['--ratio', '-0.1'], /`ratio`.*-0.1/],
  ['a ratio above 0.5', ['--ratio', '0.6'], /`ratio`.*0.6/],
  ['more DELETEs than INSERTs', ['--ratio', '10/20/70'], /`ratio`/],
  ['two weights', ['--ratio', '70/30'], /--ratio to be weights INSERT\/UPDATE\/DELETE.*got `70\/30`/],
  ['weights in words', ['--ratio', 'a/b/c'], /--ratio to be weights INSERT\/UPDATE\/DELETE.*got `a\/b\/c`/],
  ['a negative seed', ['--seed', '-1'], /`seed`.*got `-1`.*--seed/],
  ['an unknown scale', ['--scale', '7'], /scale/],
  ['no date', ['--business-date', 'today'], /date/],
  ['a data folder for a configured database', ['--data-dir', 'd'], /--data-dir with an embedded database/],
  ['an end and none', ['--continuous', '--total-batches', '5'], /--continuous or --total-batches, got both/],
])('%s is refused in one line', async ([, args, line]) => {
  const result = await runHere(args, configured)
  expectOneLine(result, 2, line)
  expect(result.stdout).toBe('')
  await expect(access(join(result.cwd, 'mock-data.log')), 'wrong settings leave no log file').rejects.toThrow('ENOENT')
})

test.for<[Record<string, string>, RegExp]>([
  [{ CDC_BATCH_SIZE: '0' }, /CDC_BATCH_SIZE/],
  [{ CDC_BATCHES: 'ten' }, /CDC_BATCHES to be a number such as 50, got `ten`/],
  [{ CDC_TABLES: 'all' }, /CDC_TABLES to be sales, returns, or both, got `all`/],
  [{ CDC_JSON: 'maybe' }, /CDC_JSON to be 1 or 0, got `maybe`/],
  [{ CDC_CONTINUOUS: '1', CDC_BATCHES: '5' }, /CDC_CONTINUOUS or CDC_BATCHES, got both/],
])('%o is refused in one line', async ([env, line]) => {
  expectOneLine(await runHere([], { ...configured, ...env }), 2, line)
})

test('what somebody takes for the password option is not repeated', async () => {
  expectOneLine(await runHere(["--password=it's secret"]), 2, /unknown option '--password'$/, 'secret')
})

test('a port that is not a number is refused in one line', async () => {
  const env = { CLOUDBERRY_PORT: '5432x', CDC_JSON: '1' }
  const result = await runCli({ connection: { host: '127.0.0.1' }, env })
  expectOneLine(result, 2, /CLOUDBERRY_PORT.*5432x/)
  expect(result.stdout).toBe('')
})

test('an unreadable .env is refused in one line', async () => {
  const cwd = await useFolder()
  // A folder, because root reads every file.
  await mkdir(join(cwd, '.env'))
  expectOneLine(await runCli({ cwd }), 2, /\.env. to be a readable file/)
})

test('a log file that cannot be written is refused in one line', async () => {
  const cwd = await useFolder()
  await writeFile(join(cwd, 'file'), '')
  for (const name of ['file/log', 'none/log', '.']) {
    expectOneLine(await runCli({ cwd, args: ['--log-file', name] }), 2, /log file .*Set --log-file or CDC_LOG_FILE/)
  }
})
