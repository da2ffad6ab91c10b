import { expect, test } from 'vitest'
import { shardCommands } from '../../src/cli/commands/plan.js'
import { expectOneLine, type Named } from './support/expect-one-line.js'
import { runHere } from './support/run-here.js'

const configured = ['--target', 'configured']
const unreachable = { CLOUDBERRY_HOST: '127.0.0.1', CLOUDBERRY_PASSWORD: 'secret' }
const token = 'eyJ'.padEnd(60, 'x')

test.for<[string, string[], Record<string, string>, Named]>([
  ['no place', ['--shards', '4', ...configured], {}, ['--shard', 'JOB_COMPLETION_INDEX', '--shards']],
  ['an index too large', configured, { CDC_SHARDS: '4', JOB_COMPLETION_INDEX: '4' }, ['CDC_SHARDS', 3, '`4`']],
  ['no index', configured, { CDC_SHARDS: '4', JOB_COMPLETION_INDEX: 'a' }, ['JOB_COMPLETION_INDEX', '`a`']],
  ['two numbers', configured, { CDC_SHARDS: '4', CDC_SHARD: '1/5' }, ['CDC_SHARD', 'CDC_SHARDS', '1/5', 4]],
  ['no seed', ['--shard', '1/4', ...configured], {}, ['`seed`', '`shard`']],
  ['no shard', ['--shard', '4', '--seed', '1', ...configured], {}, ['`4`', '--shard', 'CDC_SHARD']],
  ['a database of its own', ['--shard', '1/4', '--seed', '1', '--target', 'embedded'], {}, ['--shard', 'database']],
  ['a plan of one shard', ['plan', '--shard', '1/4', ...configured], {}, ['--shards', '`plan`']],
  ['a plan for nothing', ['plan', '--target', 'none'], {}, ['`plan`', '--target none']],
  ['a plan that cannot be', ['plan', '--shards', '4', '--ratio', '1/1/9', ...configured], {}, ['`ratio`']],
  ['a comparison of nothing', ['verify', '--shards', '4', ...configured], {}, ['--base', 'no --seed']],
  ['a comparison without shards', ['verify', ...configured], {}, ['--base', 'no --shards']],
  ['a token and a seed', ['verify', token, '--seed', '1', ...configured], {}, ['`verify`', '--seed']],
  ['a token and shards', ['verify', token, '--shards', '4', ...configured], {}, ['token', '--shards']],
  ['no token', ['verify', token, ...configured], {}, ['token', `\`${token.slice(0, 40)}…\``]],
  ['a replay of a shard', ['replay', token, '--shard', '1/4', ...configured], {}, ['`replay`', '--shard']],
])('%s is refused in one line', async ([, args, env, line]) => {
  expectOneLine(await runHere(args, { ...unreachable, ...env }), 2, line, 'secret')
})

test('the commands of a plan have its options, as a shell takes them, and its variables', () => {
  const typed = {
    batchSize: '500',
    record: "it's here.ndjson",
    verify: false,
    createTables: true,
    json: true,
    seed: '7',
  }
  const environment = { CDC_BATCHES: '9', CDC_BATCH_SIZE: '1', CDC_SEED: '3', CLOUDBERRY_HOST: 'h', CI: '1' }
  expect(shardCommands({ shards: 2, base: 5, seed: 7 }, typed, environment)).toEqual(
    ['1/2', '2/2'].map(
      (shard) =>
        String.raw`CDC_BATCHES=9 cloudberry-cdc --shard ${shard} --base 5 --seed 7 --batch-size 500 --record 'it'\''s here.ndjson' --no-verify`,
    ),
  )
  expect(shardCommands({ shards: undefined, base: 0, seed: 1 }, {}, {})).toEqual(['cloudberry-cdc --base 0 --seed 1'])
})
