import { describe, expect, test } from 'vitest'
import { type CdcOptions, createCdcStream, OptionsError } from '../../src/index.js'
import { resolveOptions } from '../../src/options/resolve-options.js'

const impossible: [string, unknown, string][] = [
  [
    'batchSize',
    0,
    'Expected `batchSize` to be an integer from 1 to 1000000, got `0`. Set --batch-size or CDC_BATCH_SIZE.',
  ],
  ['batchSize', 1.5, 'got `1.5`'],
  ['batchSize', 1e9, 'got `1000000000`'],
  ['batchSize', Number.NaN, 'got `NaN`'],
  ['batches', 0, '--total-batches or CDC_BATCHES'],
  ['batches', Number.POSITIVE_INFINITY, 'got `Infinity`'],
  ['interval', -1, 'Expected `interval` to be a number of milliseconds from 0'],
  ['rate', 0, 'Expected `rate` to be a number of changes a second from 0.001 to 1000000000, got `0`. Set --rate'],
  ['schedule', [], 'Expected `schedule` to be a list of steps { seconds, rate } or { seconds, from, to }'],
  ['schedule', [{ seconds: 0, rate: 5 }], '--schedule or CDC_SCHEDULE'],
  ['schedule', [{ from: 1, to: 5 }], 'a list of steps'],
  ['schedule', [{ rate: 5 }, { seconds: 1, rate: 5 }], 'to have `seconds`, got step 1 without'],
  ['schedule', [{ seconds: 5, rate: 0 }], 'to have a rate above 0 in a step, got 0'],
  ['schedule', [{ seconds: 5, rate: 5 }, { rate: 0 }], 'in a last step without `seconds`, got 0'],
  [
    'hazards',
    { hotKeys: 2 },
    'Expected `hazards` to be shares from 0 to 1 of hotKeys, sameKeyChains, reinsert and noop',
  ],
  ['hazards', { reinsert: -0.1 }, 'got `{"reinsert":-0.1}`. Set --hazards or CDC_HAZARDS.'],
  ['hazards', { hotkeys: 1 }, 'got `{"hotkeys":1}`'],
  ['hazards', { keyChange: 0.1 }, 'Expected `hazards` without `keyChange`, got one: a key is what tells a row'],
  ['ratio', 0.6, 'Expected `ratio` to be a number from 0 to 0.5, got `0.6`'],
  ['ratio', { insert: 0, update: 0, delete: 0 }, 'to have a sum above 0, got `0/0/0`'],
  ['ratio', { insert: -1, update: 2 }, 'to be numbers ≥ 0, got `-1/2/0`'],
  ['ratio', { insert: 10, delete: 20 }, 'at least as many INSERTs as DELETEs, got `10/0/20`'],
  ['ratio', { insert: 1, upsert: 1 }, 'a number, or weights { insert, update, delete }'],
  ['tables', 'sale', 'Expected `tables` to be sales, returns, both'],
  ['tables', [], 'Expected `tables`'],
  ['tables', [{ module: './mine.ts', export: 'mine' }], 'by URL or package'],
  ['seed', -1, '4294967295, got `-1`'],
  ['seed', 2 ** 32, 'got `4294967296`'],
  ['scale', 2, 'one of 1, 10, 100, 300, 1000, 3000, 10000, 30000, 100000, got `2`'],
  ['nulls', 'some', 'tpcds or none'],
  ['businessDate', '2024-02-30', '2024-02-30'],
  ['businessDate', '1899-12-31', 'a date from 1900-01-02 to 2100-01-01'],
]

describe('options that cannot work are refused before anything begins', () => {
  test.each(impossible)('%s: %j', (name, value, message) => {
    const create = (): unknown => createCdcStream({ [name]: value } as CdcOptions)
    expect(create).toThrow(OptionsError)
    expect(create).toThrow(message)
  })

  test.each([
    [{ rate: 5, interval: 5 }, 'got `interval` and `rate`. Leave one out.'],
    [{ rate: 5, schedule: [{ rate: 5 }] }, 'got `rate` and `schedule`'],
    [{ interval: 0, schedule: [{ rate: 5 }] }, 'got `interval` and `schedule`'],
  ])('more than one pace: %j', (options, message) => {
    expect(() => resolveOptions(options)).toThrow(OptionsError)
    expect(() => resolveOptions(options)).toThrow(message)
  })

  test('both an end and none', () => {
    expect(() => resolveOptions({ continuous: true, batches: 5 })).toThrow('Leave one of them out')
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
