import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Batch } from '../../../src/plan/batch.js'
import { type Hazards, noHazards, resolveHazards } from '../../../src/plan/mix/hazards.js'
import { hazards, planOptions, ratios, runs, seeds } from '../../support/arbitraries.js'
import { BatchChecker } from '../../support/batch-problems.js'
import { cdcError } from '../../support/cdc-error.js'
import { chainShapes, changesOfKeys } from '../../support/key-changes.js'
import { chainOfTables } from '../../support/own-table.js'
import { planInput, type PlanOptions, type TableSet } from '../../support/plan-inputs.js'
import { planBatches } from '../../support/planned-batches.js'
import { SHARE_BOUND, SHARE_BOUND_OF_EMPTY_TABLES, ShareChecker } from '../../support/share-problems.js'
import { chiSquareExcess } from '../../support/statistics.js'
import { windowProblems } from '../../support/window-problems.js'

const only = (one: Partial<Hazards>): Hazards => ({ ...noHazards, ...one })
const RATIO = { insert: 50, update: 30, delete: 20 }

function batchesOf(options: PlanOptions, count: number): Batch[] {
  return planBatches(planInput(options), count)
}

function problemsOf(options: PlanOptions, count: number): string[] {
  const input = planInput(options)
  const checker = new BatchChecker(input)
  return planBatches(input, count).flatMap((batch) => checker.problems(batch))
}

describe('batches with hazards keep every rule', () => {
  test('whatever the mix', () => {
    const options = fc.tuple(planOptions(), hazards()).map(([options, hazards]) => ({ ...options, hazards }))
    const property = fc.property(options, fc.integer({ min: 1, max: 60 }), (options, count) => {
      expect(problemsOf(options, count)).toEqual([])
    })
    fc.assert(property, runs(100))
  })

  test('in large batches, and whichever tables are children of which', () => {
    const property = fc.property(
      planOptions({ min: 100, max: 1000 }),
      hazards(),
      fc.integer({ min: 1, max: 4 }),
      (options, hazards, length) => {
        const tables = length === 1 ? options.tables! : chainOfTables(length)
        expect(problemsOf({ ...options, hazards, tables }, 8)).toEqual([])
      },
    )
    fc.assert(property, runs(15))
  })
})

test('without hazards there are none: no key twice in a batch, none comes back, every UPDATE is a new version', () => {
  const property = fc.property(planOptions(), (options) => {
    const input = { ...options, hazards: undefined }
    expect(problemsOf(input, 40)).toEqual([])
    expect(batchesOf({ ...options, hazards: noHazards }, 40)).toEqual(batchesOf(input, 40))
    expect(batchesOf(input, 40).flatMap((batch) => batch.runs.filter(({ before }) => before))).toEqual([])
  })
  fc.assert(property, runs(40))
})

test('the same input makes the same batches, each hazard others', () => {
  const made = (hazards: Partial<Hazards>): string =>
    JSON.stringify(batchesOf({ batchSize: 60, ratio: RATIO, hazards: only(hazards) }, 20))
  const all = [{}, { hotKeys: 1 }, { sameKeyChains: 0.4 }, { reinsert: 0.4 }, { noopUpdates: 0.4 }].map(made)
  expect(new Set(all).size).toBe(all.length)
  expect(made({ sameKeyChains: 0.4 })).toBe(all[2])
})

describe('hotKeys', () => {
  const ROWS = 600

  /** How often each row was updated, one row a batch, the oldest first. */
  function picks(share: number, batches: number): number[] {
    const options: PlanOptions = { tables: 'sales', batchSize: 1, ratio: { update: 1 }, baselineRows: ROWS }
    const counts = Array<number>(ROWS).fill(0)
    for (const { runs } of batchesOf({ ...options, hazards: only({ hotKeys: share }) }, batches)) {
      counts[runs[0]!.numbers[0]! - 1]! += 1
    }
    return counts
  }

  /** The first 20 rows on their own, the others in twenties. */
  const classes = (counts: readonly number[]): number[] => [
    ...counts.slice(0, 20),
    ...Array.from({ length: 29 }, (_, i) => counts.slice(20 * i + 20, 20 * i + 40).reduce((sum, one) => sum + one, 0)),
  ]

  test.for([1, 0.5])('UPDATEs pick the r-th oldest row in proportion to 1 / r, a share of %d of them', (share) => {
    const batches = 20_000
    const weights = Array.from({ length: ROWS }, (_, i) => 1 / (i + 1))
    const sum = weights.reduce((a, b) => a + b)
    const expected = weights.map((weight) => batches * ((share * weight) / sum + (1 - share) / ROWS))
    const counts = classes(picks(share, batches))
    expect(chiSquareExcess(counts, classes(expected))).toBeLessThan(4)
    expect(chiSquareExcess(counts, classes(expected.map(() => batches / ROWS)))).toBeGreaterThan(100)
  })

  test('DELETEs still pick any row, so that hot keys live on', () => {
    const options: PlanOptions = { tables: 'sales', batchSize: 20, ratio: RATIO, foreign: [1000] }
    const batches = batchesOf({ ...options, hazards: only({ hotKeys: 1 }) }, 60)
    const ranks = batches.flatMap(({ runs }) => runs.flatMap((run) => (run.kind === 'delete' ? run.numbers : [])))
    const old = ranks.filter((number) => number < 0 && number >= -100)
    // A hundred of a thousand rows and more: a tenth of the DELETEs at most, where Zipf's law would give 70 %.
    expect(old.length / ranks.length).toBeLessThan(0.15)
  })
})

describe('noopUpdates', () => {
  test.for([0.1, 0.5, 1])('a share of %d of the UPDATEs leaves the version as it is', (noopUpdates) => {
    const made = batchesOf({ batchSize: 50, ratio: RATIO, hazards: only({ noopUpdates }) }, 40)
    for (const table of [0, 1]) {
      const updates = made.flatMap(({ runs }) => runs.filter((run) => run.kind === 'update' && run.table === table))
      const rows = updates.flatMap(({ versions, before }) => versions.map((v, i) => v === (before?.[i] ?? v - 1)))
      expect(rows.length).toBeGreaterThan(500)
      expect(Math.abs(rows.filter(Boolean).length - noopUpdates * rows.length)).toBeLessThanOrEqual(0.5)
    }
  })
})

describe('reinsert', () => {
  const comeBacks = (batches: readonly Batch[], table: number): { back: number; inserts: number } => {
    const inserts = batches.flatMap(({ runs }) => runs.filter((run) => run.kind === 'insert' && run.table === table))
    const versions = inserts.flatMap((run) => run.versions)
    return { back: versions.filter((version) => version > 0).length, inserts: versions.length }
  }

  test.for<[number, number]>([
    [0.1, 0],
    [0.3, 0],
    [0.1, 1],
    [0.3, 1],
  ])('a share of %d of the INSERTs brings a deleted row of table %d back', ([reinsert, table]) => {
    const made = batchesOf({ batchSize: 50, ratio: RATIO, hazards: only({ reinsert }), foreign: [300, 300] }, 80)
    const { back, inserts } = comeBacks(made, table)
    expect(inserts).toBeGreaterThan(1500)
    // The first batches have nothing to bring back.
    expect(back / inserts).toBeLessThanOrEqual(reinsert + 0.001)
    expect(back / inserts).toBeGreaterThan(reinsert * 0.9)
  })

  test('as many as there are, where more are asked for', () => {
    const made = batchesOf({ batchSize: 50, ratio: RATIO, hazards: only({ reinsert: 1 }) }, 80)
    expect(comeBacks(made, 0).back).toBeGreaterThan(700)
    expect(comeBacks(made.slice(0, 2), 0).back).toBe(0)
  })

  test('rows come back more than once, each time in a higher version, and also those that stood there before', () => {
    const made = batchesOf({ batchSize: 20, ratio: RATIO, hazards: only({ reinsert: 1 }), foreign: [60, 60] }, 100)
    const changes = changesOfKeys(made)
    const times = [...changes.values()].map((all) => all.filter(({ kind }) => kind === 'insert').length)
    expect(Math.max(...times)).toBeGreaterThan(3)
    const old = [...changes].filter(([row]) => row.includes('/-'))
    expect(old.filter(([, all]) => all.some(({ kind }) => kind === 'insert')).length).toBeGreaterThan(20)
  })

  test('never in the batch of its DELETE', () => {
    for (const batch of batchesOf({ batchSize: 20, ratio: RATIO, hazards: only({ reinsert: 1 }) }, 60)) {
      expect([...changesOfKeys([batch]).values()].every((all) => all.length === 1)).toBe(true)
    }
  })

  test('a sale that comes back can get its return again', () => {
    const made = batchesOf({ batchSize: 20, ratio: RATIO, hazards: only({ reinsert: 0.5 }) }, 100)
    const changes = changesOfKeys(made)
    const both = [...changes.keys()].filter((row) => {
      if (!row.startsWith('1/')) return false
      const back = (key: string): boolean =>
        changes.get(key)?.some(({ kind, version }) => kind === 'insert' && version > 0) ?? false
      return back(row) && back(`0${row.slice(1)}`)
    })
    expect(both.length).toBeGreaterThan(20)
  })
})

describe('sameKeyChains', () => {
  test.for([0.05, 0.2, 0.5])('a share of %d of the changes are chains within a batch', (sameKeyChains) => {
    const options = { tables: 'sales', batchSize: 50, ratio: { insert: 40, update: 40, delete: 20 } } as const
    const made = batchesOf({ ...options, hazards: only({ sameKeyChains }) }, 100)
    let chained = 0
    for (const batch of made) {
      for (const all of changesOfKeys([batch]).values()) if (all.length > 1) chained += all.length
    }
    expect(Math.abs(chained / (100 * 50) - sameKeyChains)).toBeLessThan(0.02)
  })

  test('of every shape', () => {
    const shapes = ['insert update', 'insert update delete', 'update update', 'update delete']
    for (const tables of ['sales', 'returns', 'both'] as const) {
      const options = { tables, batchSize: 40, ratio: RATIO }
      const without = chainShapes(batchesOf({ ...options, hazards: only({ sameKeyChains: 0.3 }) }, 60))
      for (const shape of shapes) expect(without.get(shape), shape).toBeGreaterThan(20)
      const back = chainShapes(batchesOf({ ...options, hazards: only({ sameKeyChains: 0.3, reinsert: 0.2 }) }, 60))
      for (const shape of [...shapes, 'delete insert']) expect(back.get(shape), shape).toBeGreaterThan(20)
      // A return that comes and goes with its sale; nothing else.
      if (tables === 'both') expect(without.get('insert delete')).toBeGreaterThan(20)
      const known = new Set([...shapes, ...(tables === 'both' ? ['insert delete'] : [])])
      expect([...without.keys()].filter((shape) => !known.has(shape))).toEqual([])
    }
  })

  test('one key is changed in two batches next to each other, far more often than by chance', () => {
    const options = { tables: 'sales', batchSize: 20, ratio: RATIO, foreign: [5000] } as const
    const adjacent = (sameKeyChains: number): number => {
      const made = batchesOf({ ...options, hazards: only({ sameKeyChains, reinsert: 0.2 }) }, 100)
      const keys = made.map((batch) => new Set(changesOfKeys([batch]).keys()))
      return keys.reduce((sum, now, i) => sum + [...now].filter((key) => keys[i - 1]?.has(key)).length, 0)
    }
    // A share of 0.3 of some 700 UPDATEs and DELETEs outside chains.
    expect(adjacent(0.3)).toBeGreaterThan(150)
    expect(adjacent(0)).toBeLessThan(20)
  })

  test('batches of two changes have chains, batches of one do not', () => {
    const chains = (batchSize: number): number => {
      const options = { tables: 'sales', batchSize, ratio: RATIO, hazards: only({ sameKeyChains: 0.5 }) } as const
      return [...chainShapes(batchesOf(options, 300)).values()].reduce((sum, one) => sum + one, 0)
    }
    expect(chains(1)).toBe(0)
    expect(chains(2)).toBeGreaterThan(30)
  })
})

describe('the mix stays within its bounds', () => {
  const shapes = fc.record({
    batchSize: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 400 })),
    seed: seeds(),
    ratio: ratios().filter((ratio) => ratio !== undefined),
    hazards: hazards(),
  })
  const sharesOf = (options: PlanOptions, bound: number): string[] => {
    const input = planInput(options)
    const checker = new ShareChecker(input)
    return planBatches(input, 50).flatMap((batch) => checker.problems(batch, bound))
  }

  test('of a table alone: as without hazards', () => {
    const property = fc.property(shapes, fc.constantFrom<TableSet>('sales', 'returns'), (options, tables) => {
      expect(sharesOf({ ...options, tables }, SHARE_BOUND_OF_EMPTY_TABLES)).toEqual([])
    })
    fc.assert(property, runs(60))
  })

  test('of sales and returns: within 10, and a quarter of a batch more with chains', () => {
    const foreign = fc.constantFrom([0, 0], [0, 100], [300, 300], [1000, 30])
    const property = fc.property(shapes, foreign, (options, foreign) => {
      const more = options.hazards.sameKeyChains > 0 ? options.batchSize / 4 : 0
      expect(sharesOf({ ...options, foreign }, SHARE_BOUND + more)).toEqual([])
    })
    fc.assert(property, runs(60))
  })

  test.for<[number, number]>([
    [0.5, 0],
    [1, 0],
    [0.5, 0.01],
    [1, 0.01],
  ])('of long runs with a share of %d of chains, %d of reinserted rows', ([sameKeyChains, reinsert]) => {
    for (const ratio of [
      { insert: 50, delete: 50 },
      { insert: 40, update: 20, delete: 40 },
    ]) {
      const options = { batchSize: 40, ratio, hazards: only({ sameKeyChains, reinsert }) }
      const checker = new ShareChecker(planInput(options))
      const problems = batchesOf(options, 400).flatMap((batch) => checker.problems(batch, SHARE_BOUND + 40 / 4))
      expect(problems.slice(0, 3)).toEqual([])
    }
  })

  test('where sales come back, their returns do before sales are inserted for other ones', () => {
    const ratio = { insert: 40, update: 20, delete: 40 }
    const hazards = only({ sameKeyChains: 0.5, reinsert: 0.01 })
    const made = batchesOf({ batchSize: 40, ratio, hazards, foreign: [0, 300], seed: 3 }, 400).flatMap((b) => b.runs)
    const [sales, returns] = [0, 1].map((table) =>
      made.reduce((sum, run) => sum + (run.table === table ? run.numbers.length : 0), 0),
    )
    expect(sales! / returns!).toBeLessThan(1.02)
  })

  test('every 800 changes of the default mix hold one or two UPDATEs and DELETEs', () => {
    const sizes = fc.constantFrom(1, 7, 50, 133, 200)
    const property = fc.property(hazards(), seeds(), sizes, (hazards, seed, batchSize) => {
      const batches = planBatches(planInput({ batchSize, seed, hazards }), Math.ceil((800 * 12) / (2 * batchSize)))
      expect(windowProblems(batches, true)).toEqual([])
    })
    fc.assert(property, runs(30))
  })

  test('chains happen in the default mix as well', () => {
    const options = { batchSize: 200, hazards: only({ sameKeyChains: 0.02, reinsert: 0.001 }) }
    const found = chainShapes(batchesOf(options, 300))
    expect(found.get('insert update')).toBeGreaterThan(50)
  })
})

test('a change of keys is refused with a reason, and no hazards are none', () => {
  for (const keyChange of [0.1, 0]) {
    expect(() => resolveHazards({ keyChange })).toThrow(cdcError('ERR_CDC_OPTIONS', '`hazards`', '`keyChange`', 'key'))
  }
  expect(resolveHazards()).toBeUndefined()
  expect(resolveHazards({ hotKeys: 0, reinsert: 0 })).toBeUndefined()
  expect(resolveHazards({ hotKeys: 0.5 })).toEqual({ hotKeys: 0.5, sameKeyChains: 0, reinsert: 0, noopUpdates: 0 })
})
