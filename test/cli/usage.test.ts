import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli, useFolder } from './support/cli-process.js'
import { expectOneLine, type Named } from './support/expect-one-line.js'
import { runHere } from './support/run-here.js'

const configured = { CLOUDBERRY_HOST: '127.0.0.1' }

test.for<[string, string[], Named]>([
  ['an unknown option', ['--bogus'], /--bogus/],
  ['a mistyped option', ['--table', 'sales'], ['--table', '--tables']],
  ['an argument too many', ['now'], /too many arguments/],
  ['an option without its value', ['--seed'], /--seed/],
  ['unknown tables', ['--tables', 'stores'], ['--tables', '`stores`']],
  ['an unknown target', ['--target', 'cloud'], ['--target', '`cloud`']],
  ['unknown NULLs', ['--nulls', 'some'], ['--nulls', '`some`']],
  ['batch size 0', ['--batch-size', '0'], /`batchSize`.*got `0`.*--batch-size/],
  ['batch size 1.5', ['--batch-size', '1.5'], /`batchSize`.*got `1.5`.*--batch-size/],
  ['batch size 10^9', ['--batch-size', '1000000000'], /`batchSize`.*got `1000000000`.*--batch-size/],
  ['batch size 1e9', ['--batch-size', '1e9'], /`batchSize`.*got `1000000000`.*--batch-size/],
  ['a batch size in words', ['--batch-size', 'many'], ['--batch-size', '`many`']],
  ['an empty batch size', ['--batch-size', ''], ['--batch-size', '``']],
  ['a hexadecimal batch size', ['--batch-size', '0x10'], ['--batch-size', '`0x10`']],
  ['no batches', ['--total-batches', '0'], /`batches`.*got `0`.*--total-batches/],
  ['a negative interval', ['--batch-interval', '-1'], /`interval`.*got `-1000`.*--batch-interval/],
  ['two paces', ['--rate', '5', '--schedule', '5'], ['--batch-interval', '--rate', '--schedule']],
  ['a rate of 0', ['--rate', '0'], /`rate`.*got `0`.*--rate/],
  ['a rate in words', ['--rate', 'fast'], ['--rate', '`fast`']],
  ['a schedule in words', ['--schedule', 'fast'], ['--schedule', '`fast`']],
  ['a ramp without an end', ['--schedule', '5-10'], ['--schedule', '`5-10`']],
  ['a schedule that does nothing', ['--schedule', '5:0'], ['`schedule`', '--schedule']],
  ['a small log', ['--log-max-size', '1000'], ['--log-max-size', '`1000`']],
  ['a log without a number', ['--log-max-size', 'M'], ['--log-max-size', '`M`']],
  ['VACUUM every 0 commits', ['--vacuum-every', '0'], ['--vacuum-every', 1, 2_147_483_647, '`0`']],
  ['ANALYZE every 0 commits', ['--analyze-every', '0'], ['--analyze-every', 1, 2_147_483_647, '`0`']],
  [
    'ANALYZE of nothing',
    ['--target', 'none', '--events', 'e', '--analyze-every', '5'],
    ['--analyze-every', 'database'],
  ],
  ['VACUUM of nothing', ['--target', 'none', '--events', 'e', '--vacuum-every', '5'], ['--vacuum-every', 'database']],
  ['a port too high', ['--metrics-port', '65536'], ['--metrics-port', 0, 65_535, '`65536`']],
  ['an address without a port', ['--metrics-host', '::1'], ['--metrics-port', '--metrics-host']],
  ['an address of others', ['--metrics-port', '0', '--metrics-host', '192.0.2.1'], ['192.0.2.1', 'port 0']],
  ['a ratio that sums to 0', ['--ratio', '0/0/0'], /`ratio`/],
  ['a negative weight', ['--ratio', '110/-20/10'], /`ratio`.*-20/],
  ['a negative ratio', ['--ratio', '-0.1'], /`ratio`.*-0.1/],
  ['a ratio above 0.5', ['--ratio', '0.6'], /`ratio`.*0.6/],
  ['more DELETEs than INSERTs', ['--ratio', '10/20/70'], /`ratio`/],
  ['hazards without shares', ['--hazards', 'hotKeys'], ['--hazards', '`hotKeys`']],
  ['a share in words', ['--hazards', 'hotKeys=many'], ['hotKeys', '--hazards', '`many`']],
  ['a share above 1', ['--hazards', 'hotKeys=1.5'], ['`hazards`', '"hotKeys":1.5', '--hazards']],
  ['an unknown hazard', ['--hazards', 'hotKeys=0.5,hot=1'], ['`hazards`', '"hot":1']],
  ['a change of keys', ['--hazards', 'keyChange=0.1'], /`hazards` without `keyChange`/],
  ['two weights', ['--ratio', '70/30'], ['--ratio', '`70/30`']],
  ['weights in words', ['--ratio', 'a/b/c'], ['--ratio', '`a/b/c`']],
  ['a negative seed', ['--seed', '-1'], /`seed`.*got `-1`.*--seed/],
  ['an unknown scale', ['--scale', '7'], /scale/],
  ['no date', ['--business-date', 'today'], /date/],
  ['a data folder for a configured database', ['--data-dir', 'd'], ['--data-dir', 'embedded']],
  ['a switch with a value', ['--json=1'], /^error: option '--json' takes no value$/],
  ['NUL in the name of the log file', ['--log-file', 'a\0b'], ['--log-file']],
  ['an end and none', ['--continuous', '--total-batches', '5'], ['--continuous', '--total-batches']],
])('%s is refused in one line', async ([, args, line]) => {
  const result = await runHere(args, configured)
  expectOneLine(result, 2, line)
  expect(result.stdout).toBe('')
  await expect(access(join(result.cwd, 'mock-data.log')), 'wrong settings leave no log file').rejects.toThrow('ENOENT')
})

test.for<[Record<string, string>, Named]>([
  [{ CDC_BATCH_SIZE: '0' }, /CDC_BATCH_SIZE/],
  [{ CDC_BATCHES: 'ten' }, ['CDC_BATCHES', '`ten`']],
  [{ CDC_TABLES: 'all' }, ['CDC_TABLES', '`all`']],
  [{ CDC_JSON: 'maybe' }, ['CDC_JSON', '`maybe`']],
  [{ CDC_RATE: '5', CDC_INTERVAL: '5' }, ['CDC_INTERVAL', 'CDC_RATE']],
  [{ CDC_CONTINUOUS: '1', CDC_BATCHES: '5' }, ['CDC_CONTINUOUS', 'CDC_BATCHES']],
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
    expectOneLine(await runCli({ cwd, args: ['--log-file', name] }), 2, [name, '--log-file', 'CDC_LOG_FILE'])
  }
})
