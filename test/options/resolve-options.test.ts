import { describe, expect, test } from 'vitest'
import { type CdcOptions, createCdcStream } from '../../src/index.js'
import { resolveOptions } from '../../src/options/resolve-options.js'
import { cdcError } from '../support/cdc-error.js'

/** The option, its value, and what is named beside both. */
const impossible: [name: string, value: unknown, named: (string | number)[]][] = [
  ['batchSize', 0, [1, 1_000_000, '`0`', '--batch-size', 'CDC_BATCH_SIZE']],
  ['batchSize', 1.5, ['`1.5`']],
  ['batchSize', 1e9, ['`1000000000`']],
  ['batchSize', Number.NaN, ['`NaN`']],
  ['batches', 0, ['`0`', '--total-batches', 'CDC_BATCHES']],
  ['batches', Number.POSITIVE_INFINITY, ['`Infinity`']],
  ['interval', -1, ['milliseconds', 0, '`-1`']],
  ['rate', 0, ['0.001', 1_000_000_000, '`0`', '--rate', 'CDC_RATE']],
  ['schedule', [], ['seconds', 'rate', 'from', 'to', '`[]`']],
  ['schedule', [{ seconds: 0, rate: 5 }], ['--schedule', 'CDC_SCHEDULE', '`[{"seconds":0,"rate":5}]`']],
  ['schedule', [{ from: 1, to: 5 }], ['seconds', '`[{"from":1,"to":5}]`']],
  ['schedule', [{ rate: 5 }, { seconds: 1, rate: 5 }], ['`seconds`', 'step 1']],
  ['schedule', [{ seconds: 5, rate: 0 }], ['rate', 'got 0']],
  ['schedule', [{ seconds: 5, rate: 5 }, { rate: 0 }], ['rate', '`seconds`', 'got 0']],
  ['hazards', { hotKeys: 2 }, [0, 1, 'hotKeys', 'sameKeyChains', 'reinsert', 'noopUpdates', '`{"hotKeys":2}`']],
  ['hazards', { reinsert: -0.1 }, ['`{"reinsert":-0.1}`', '--hazards', 'CDC_HAZARDS']],
  ['hazards', { hotkeys: 1 }, ['`{"hotkeys":1}`']],
  ['hazards', { keyChange: 0.1 }, ['`keyChange`']],
  ['ratio', 0.6, [0, '0.5', '`0.6`']],
  ['ratio', { insert: 0, update: 0, delete: 0 }, ['`0/0/0`']],
  ['ratio', { insert: -1, update: 2 }, ['`-1/2/0`']],
  ['ratio', { insert: 10, delete: 20 }, ['INSERTs', 'DELETEs', '`10/0/20`']],
  ['ratio', { insert: 1, upsert: 1 }, ['insert', 'update', 'delete', '`{"insert":1,"upsert":1}`']],
  ['tables', 'sale', ['sales', 'returns', 'both', '`sale`']],
  ['tables', [], ['`[]`']],
  ['tables', [{ module: './mine.ts', export: 'mine' }], ['`./mine.ts`', 'URL']],
  ['seed', -1, [4_294_967_295, '`-1`']],
  ['seed', 2 ** 32, ['`4294967296`']],
  ['scale', 2, [1, 10, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, '`2`']],
  ['nulls', 'some', ['tpcds', 'none', '`some`']],
  ['businessDate', '2024-02-30', ['`2024-02-30`']],
  ['businessDate', '1899-12-31', ['1900-01-02', '2100-01-01', '`1899-12-31`']],
]

describe('options that cannot work are refused before anything begins', () => {
  test.each(impossible)('%s: %j', (name, value, named) => {
    const create = (): unknown => createCdcStream({ [name]: value } as CdcOptions)
    expect(create).toThrow(cdcError('ERR_CDC_OPTIONS', `\`${name}\``, ...named))
  })

  test.each([
    [{ rate: 5, interval: 5 }, '`interval` and `rate`'],
    [{ rate: 5, schedule: [{ rate: 5 }] }, '`rate` and `schedule`'],
    [{ interval: 0, schedule: [{ rate: 5 }] }, '`interval` and `schedule`'],
  ])('more than one pace: %j', (options, given) => {
    expect(() => resolveOptions(options)).toThrow(cdcError('ERR_CDC_OPTIONS', given))
  })

  test('both an end and none', () => {
    expect(() => resolveOptions({ continuous: true, batches: 5 })).toThrow(
      cdcError('ERR_CDC_OPTIONS', '`continuous`', '`batches`'),
    )
  })
})

test('defaults are those of the script that this replaces', () => {
  expect(resolveOptions({})).toMatchObject({ batches: 50, batchSize: 200, tables: 'both', scale: 1 })
  const everyTwoSeconds = { seconds: Number.POSITIVE_INFINITY, from: 0.5, to: 0.5 }
  expect(resolveOptions({}).pace).toEqual({ unit: 'batch', pieces: [everyTwoSeconds] })
  expect(resolveOptions({ interval: 0 }).pace).toBeUndefined()
  expect(resolveOptions({ continuous: true }).batches).toBe(Number.POSITIVE_INFINITY)
  expect(Object.isFrozen(resolveOptions({}))).toBe(true)
})

test('a seed is drawn where none is given, and a business date becomes a Julian day', () => {
  const seeds = new Set(Array.from({ length: 20 }, () => resolveOptions({}).seed))
  expect(seeds.size).toBeGreaterThan(18)
  expect(resolveOptions({ businessDate: '1998-01-01' }).businessDay).toBe(2_450_815)
})
