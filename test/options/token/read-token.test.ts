import { describe, expect, test } from 'vitest'
import { createCdcStream, OptionsError, type CdcOptions } from '../../../src/index.js'
import { decodeToken, readToken } from '../../../src/options/token/read-token.js'
import { resolveOptions } from '../../../src/options/resolve-options.js'
import { type TokenContent, writeToken } from '../../../src/options/token/token.js'
import { describeRun } from '../../../src/options/token/describe-run.js'
import { emptyBaseline } from '../../../src/plan/plan-input.js'
import { storeReturns } from '../../../src/tables/store-returns.js'
import { storeSales } from '../../../src/tables/store-sales.js'

const shaped: CdcOptions = {
  batches: 6,
  batchSize: 20,
  seed: 7,
  ratio: { insert: 6, update: 3, delete: 1 },
  hazards: { reinsert: 0.2 },
  lateCommit: 0.3,
  nulls: 'none',
  businessDate: '2001-02-03',
}

/** Of the options above: written by version 0.1.0, whose tokens had another form for runs and for tests. */
const old = {
  run: 'eyJmb3JtYXQiOjEsImNvbW1pdHMiOjQsImJhdGNoZXMiOjYsInNlZWQiOjcsImJhdGNoU2l6ZSI6MjAsInJhdGlvIjp7Imluc2VydCI6NiwidXBkYXRlIjozLCJkZWxldGUiOjF9LCJoYXphcmRzIjp7ImhvdEtleXMiOjAsInNhbWVLZXlDaGFpbnMiOjAsInJlaW5zZXJ0IjowLjIsIm5vb3BVcGRhdGVzIjowfSwib3ZlcmxhcCI6eyJ3cml0ZXJzIjoxLCJsYXRlQ29tbWl0IjowLjMsInJvbGxiYWNrIjowLCJsb25nVHJhbnNhY3Rpb24iOjB9LCJzY2FsZSI6MSwibnVsbHMiOiJub25lIiwiYnVzaW5lc3NEYXRlIjoiMjAwMS0wMi0wMyIsImJhc2VsaW5lUm93cyI6MCwiZmlyc3QiOlt7Im5hbWUiOiJzdG9yZV9zYWxlc19oZWFwIiwibWF4S2V5IjowLCJzZXF1ZW5jZXMiOnt9LCJzYW1wbGVkIjowfSx7Im5hbWUiOiJzdG9yZV9yZXR1cm5zX2hlYXAiLCJwYXJlbnQiOiJzdG9yZV9zYWxlc19oZWFwIiwibWF4S2V5IjowLCJzZXF1ZW5jZXMiOnt9LCJzYW1wbGVkIjowfV19',
  test: 'eyJmb3JtYXQiOjEsInRlc3QiOiJhLnNwZWMudHMgYSB0ZXN0Iiwic2VlZCI6Nywib3B0aW9ucyI6eyJiYXRjaFNpemUiOjIwLCJyYXRpbyI6eyJpbnNlcnQiOjYsInVwZGF0ZSI6MywiZGVsZXRlIjoxfSwiaGF6YXJkcyI6eyJob3RLZXlzIjowLCJzYW1lS2V5Q2hhaW5zIjowLCJyZWluc2VydCI6MC4yLCJub29wVXBkYXRlcyI6MH0sIm92ZXJsYXAiOnsid3JpdGVycyI6MSwibGF0ZUNvbW1pdCI6MC4zLCJyb2xsYmFjayI6MCwibG9uZ1RyYW5zYWN0aW9uIjowfSwic2NhbGUiOjEsIm51bGxzIjoibm9uZSIsImJ1c2luZXNzRGF0ZSI6IjIwMDEtMDItMDMiLCJiYXNlbGluZSI6M30sInRhYmxlcyI6eyJzdG9yZV9zYWxlc19oZWFwIjoiaTdGa2ZIZG52eHBEIiwic3RvcmVfcmV0dXJuc19oZWFwIjoiOVFvQmZydHpxanpZIn19',
  shard:
    'eyJmb3JtYXQiOjEsImNvbW1pdHMiOjMsInNlZWQiOjksInNoYXJkIjoiMi80IiwiYmFzZSI6NzAsImJhdGNoU2l6ZSI6MTAsInNjYWxlIjoxLCJudWxscyI6InRwY2RzIiwiYmFzZWxpbmVSb3dzIjowLCJmaXJzdCI6W3sibmFtZSI6InN0b3JlX3NhbGVzX2hlYXAiLCJtYXhLZXkiOjIxNDc0ODM3MTgsInNlcXVlbmNlcyI6eyJ0aWNrZXQiOjIxNDc0ODM3MTh9LCJzYW1wbGVkIjowfSx7Im5hbWUiOiJzdG9yZV9yZXR1cm5zX2hlYXAiLCJwYXJlbnQiOiJzdG9yZV9zYWxlc19oZWFwIiwibWF4S2V5IjoyMTQ3NDgzNzE4LCJzZXF1ZW5jZXMiOnsidGlja2V0IjoyMTQ3NDgzNzE4fSwic2FtcGxlZCI6MH1dfQ',
} as const

/** What version 0.1.0 had in the tables after the run. */
const fingerprints = {
  run: ['bbe2fc970c5d9b4ec38f0ec08fc1222e', 'a8b025fdd9c4a871ad9db05d40adfd2c'],
  shard: ['c0266fdb80bd34555cdedf6bb35dd8c7'],
}

async function fingerprintsOf(token: string): Promise<string[]> {
  await using stream = createCdcStream({ token, target: 'none', interval: 0 })
  await stream.start()
  const { commits } = await stream.finished
  const state = stream.ledger.at(commits)
  return [storeSales.name, storeReturns.name].map((table) => state.fingerprint(table))
}

const tables = [storeSales, storeReturns].map((definition) => ({ definition, baseline: emptyBaseline }))
const described = (options: CdcOptions): TokenContent =>
  describeRun(resolveOptions(options), { tables, baselineRows: 0 })

describe('tokens of version 0.1.0', () => {
  test('that of a run makes the same changes', async () => {
    expect(readToken(old.run)).toMatchObject({ commits: 4, options: described(shaped).options, baselineRows: 0 })
    expect(await fingerprintsOf(old.run)).toEqual(fingerprints.run)
  })

  test('that of a shard, too, without an end', async () => {
    expect(readToken(old.shard).options).toMatchObject({ shard: '2/4', base: 70, continuous: true, seed: 9 })
    expect((await fingerprintsOf(old.shard))[0]).toBe(fingerprints.shard[0])
  })

  test('that of a test says which test, and how many rows stood there', () => {
    const { batches: _, ...options } = described(shaped).options
    expect(readToken(old.test)).toMatchObject({ test: 'a.spec.ts a test', options, baselineRows: 3 })
    expect(resolveOptions({ token: old.test }).start?.tables).toMatchObject([
      { name: storeSales.name },
      { name: storeReturns.name, parent: storeSales.name },
    ])
  })
})

describe('tokens', () => {
  test('hold what is not the default, in one form and order', () => {
    expect(described({ seed: 1 }).options).toEqual({ seed: 1 })
    expect(described({ seed: 1, batches: 50, writers: 1, hazards: { reinsert: 0 }, scale: 1 }).options).toEqual({
      seed: 1,
    })
    const [one, other] = [
      { seed: 1, ratio: { delete: 1, insert: 5 }, hazards: { noopUpdates: 0.1, hotKeys: 0.5 } },
      { hazards: { hotKeys: 0.5, noopUpdates: 0.1, reinsert: 0 }, ratio: { insert: 5, delete: 1 }, seed: 1 },
    ]
    expect(writeToken(described(one!))).toBe(writeToken(described(other!)))
  })

  test('come back as they were, with a test and a place', () => {
    const content: TokenContent = {
      ...described(shaped),
      commits: 4,
      test: 'a.spec.ts a test',
      place: { statement: 'SELECT 1', occurrence: 2, done: 'commit' },
    }
    expect(readToken(writeToken(content))).toEqual(content)
  })

  test('from before the first commit stand for what was planned', () => {
    expect(resolveOptions({ token: writeToken(described(shaped)) }).batches).toBe(6)
    expect(resolveOptions({ token: writeToken(described({ seed: 1 })) }).batches).toBe(50)
    expect(resolveOptions({ token: writeToken(described({ seed: 1, continuous: true })) }).batches).toBe(Infinity)
    expect(resolveOptions({ token: writeToken({ ...described(shaped), commits: 2 }) }).batches).toBe(2)
    expect(() => decodeToken(writeToken({ ...described(shaped), commits: 0 }))).toThrow(OptionsError)
  })

  const good = described(shaped)
  test.each<[string, object]>([
    ['an option out of its range', { ...good, options: { seed: -1 } }],
    ['an option of another kind', { ...good, options: { batchSize: '20' } }],
    ['an option that shapes no changes', { ...good, options: { record: '/tmp/file' } }],
    ['an option that there is not', { ...good, options: { madeUp: 1 } }],
    ['a date that there is not', { ...good, options: { businessDate: '2001-02-30' } }],
    ['no tables', { ...good, tables: [] }],
    ['another plan format', { ...good, format: 2 }],
    ['a form that is not known', { ...good, form: 3 }],
    ['no object', ['x']],
  ])('%s: refused', (_, content) => {
    const text = Buffer.from(JSON.stringify(content)).toString('base64url')
    expect(() => readToken(text)).toThrow(OptionsError)
  })

  test.each(['', 'nonsense', '%', 'bnVsbA', 'IjEi', old.run.slice(0, -9)])('%j is none', (text) => {
    expect(() => readToken(text)).toThrow(OptionsError)
    expect(() => createCdcStream({ token: text })).toThrow(OptionsError)
    expect(() => createCdcStream({ resume: text })).toThrow(OptionsError)
  })
})
