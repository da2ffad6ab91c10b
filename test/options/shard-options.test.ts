import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseShard, SHARD_NUMBERS, shardSeed } from '../../src/plan/shard.js'
import { allShards } from '../../src/shards/all-shards.js'
import type { CdcOptions } from '../../src/stream/cdc-stream.js'
import { createCdcStream } from '../../src/stream/create-cdc-stream.js'
import { resolveOptions } from '../../src/options/resolve-options.js'
import { readToken } from '../../src/options/token/read-token.js'
import { runs, seeds } from '../support/arbitraries.js'
import { cdcError } from '../support/cdc-error.js'

const shaping = { batches: 4, batchSize: 20, interval: 0, seed: 5 }

test('a shard has the seed of its index, and tells that of the stream', () => {
  fc.assert(
    fc.property(seeds(), fc.integer({ min: 0, max: 8 }), (seed, index) => {
      const shard = `${index + 1}/9`
      expect(resolveOptions({ seed, shard })).toMatchObject({
        streamSeed: seed,
        seed: shardSeed(seed, index),
        shard: { index, count: 9 },
        base: 0,
      })
      expect(createCdcStream({ seed, shard, target: 'none' }).seed).toBe(seed)
    }),
    runs(20),
  )
  expect(resolveOptions({ seed: 3 })).toMatchObject({ streamSeed: 3, seed: 3, shard: undefined, base: undefined })
})

test.for<[CdcOptions, string[]]>([
  [{ shard: '1/4' }, ['`seed`', '`shard`', '--seed', 'CDC_SEED']],
  [{ seed: 1, shard: '5/4' }, ['`shard`', '`5/4`', '--shard', 'CDC_SHARD']],
  [{ seed: 1, base: -1 }, ['`base`', '`-1`', '--base', 'CDC_BASE']],
  [{ token: 'x', shard: '1/4' }, ['`token`', '`shard`']],
  [{ resume: 'x', base: 1 }, ['`resume`', '`base`']],
])('%j is refused', ([options, named]) => {
  expect(() => resolveOptions(options)).toThrow(cdcError('ERR_CDC_OPTIONS', ...named))
})

test('a script brings its own keys: `run()` is refused on a shard', async () => {
  const stream = createCdcStream({ seed: 1, shard: '1/2', target: 'none' })
  const script = { format: 1, seed: 1, tables: [{ name: 'store_sales_heap' }], batches: [] }
  await expect(stream.run(script)).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', '`run()`', '`shard`', '`base`'))
})

async function tokenOf(options: CdcOptions): Promise<string> {
  await using stream = createCdcStream({ ...shaping, target: 'none', ...options })
  await stream.start()
  const summary = await stream.finished
  return summary.token
}

describe('tokens', () => {
  test('the token of one shard tells of all', async () => {
    const token = await tokenOf({ shard: '3/4', base: 70 })
    expect(readToken(token)).toMatchObject({ options: { seed: 5, shard: '3/4', base: 70 }, commits: 4 })
    const all = allShards([token]).map((options) => resolveOptions(options))
    expect(all.map(({ shard }) => shard!.index)).toEqual([0, 1, 2, 3])
    for (const [index, { start, seed, batches }] of all.entries()) {
      const above = 70 + index * SHARD_NUMBERS
      expect(start!.tables.map(({ baseline }) => baseline)).toEqual(
        [1, 2].map(() => ({ maxKey: above, sequences: { ticket: above }, images: [] })),
      )
      expect({ seed, batches }).toEqual({ seed: shardSeed(5, index), batches: 4 })
    }
    expect(resolveOptions({ resume: token, shard: '2/4' }).shard).toEqual(parseShard('2/4'))
    expect(() => resolveOptions({ resume: token, shard: '2/5' })).toThrow(
      cdcError('ERR_CDC_OPTIONS', 'token', '`shard`', '--shard', 'CDC_SHARD', 5, 4),
    )
  })

  test('a run without shards is one of its own', async () => {
    const token = await tokenOf({})
    expect(readToken(token).options).not.toHaveProperty('shard')
    expect(allShards([token])).toEqual([{ resume: token }])
    expect(() => resolveOptions({ resume: token, shard: '1/2' })).toThrow(
      cdcError('ERR_CDC_OPTIONS', 'token', '`shard`', '--shard', 2),
    )
    expect(() => allShards([token, token])).toThrow(cdcError('ERR_CDC_OPTIONS', 'tokens', 'shards'))
  })

  test('tokens of different streams are refused', async () => {
    const tokens = [await tokenOf({ shard: '1/2' }), await tokenOf({ shard: '2/2', seed: 6 })]
    expect(() => allShards(tokens)).toThrow(cdcError('ERR_CDC_OPTIONS', 'tokens', 'seed'))
  })
})
