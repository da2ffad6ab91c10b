import fc from 'fast-check'
import type { Hazards } from '../../src/plan/mix/hazards.js'
import type { Overlap } from '../../src/plan/overlap/overlap.js'
import type { Cell } from '../../src/tables/column.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'
import type { PlanOptions } from './plan-inputs.js'

/** How often a property runs: ten times as often with `CDC_TEST_ALL=1`. */
export function runs(numRuns: number): { numRuns: number } {
  return { numRuns: process.env['CDC_TEST_ALL'] === '1' ? numRuns * 10 : numRuns }
}

export const seeds = (): fc.Arbitrary<number> => fc.integer({ min: 0, max: 0xffff_ffff })

/** Row numbers, mostly small ones. */
export const rowNumbers = (): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: 1, max: 200 }),
    fc.integer({ min: 1, max: 0x7fff_ffff }),
    fc.integer({ min: 1, max: 2 ** 40 }),
  )

/** Versions, mostly small ones, but also further than any walk is long. */
export const versions = (): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 250 }), fc.integer({ min: 0, max: 0x7fff_ffff }))

const cents = (): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: 0, max: 20_000 }),
    fc.integer({ min: -1000, max: 9_999_999 }),
    fc.constantFrom(0, 1, 9_999_999, 5_000_000, -9_999_999),
  )

const integers = (): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: -5, max: 1000 }), fc.constant(2_147_483_647))

/** Images of rows that stood there before: anything that the types allow, so also rows that make no sense. */
function images(definition: TableDefinition): fc.Arbitrary<Cell[]> {
  return fc.tuple(
    ...definition.columns.map((column, index) => {
      const value = column.type === 'numeric(7,2)' ? cents() : integers()
      return index === 0 ? fc.constant(1) : fc.option(value, { freq: 8 })
    }),
  )
}

export const saleImages = (): fc.Arbitrary<Cell[]> => images(storeSales)

export const returnImages = (): fc.Arbitrary<Cell[]> => images(storeReturns)

/** Mixes as the `ratio` option takes them; `undefined` is the default mix. */
export const ratios = (): fc.Arbitrary<PlanOptions['ratio']> =>
  fc.oneof(
    fc.constantFrom(
      undefined,
      { insert: 70, update: 20, delete: 10 },
      { insert: 40, update: 20, delete: 40 },
      { insert: 10, update: 80, delete: 10 },
      { insert: 50, delete: 50 },
      { update: 1 },
      { insert: 1 },
    ),
    fc.double({ min: 0, max: 0.5, noNaN: true }),
    fc
      .tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }))
      .map(([insert, update, part]) => ({ insert, update, delete: Math.floor((insert * part) / 100) })),
  )

const share = (): fc.Arbitrary<number> =>
  fc.oneof(fc.constantFrom(0, 0, 1), fc.double({ min: 0.01, max: 1, noNaN: true }))

/** Hazards of every kind, alone and together. */
export const hazards = (): fc.Arbitrary<Hazards> =>
  fc.record({ hotKeys: share(), sameKeyChains: share(), reinsert: share(), noopUpdates: share() })

/**
 * Plans that delete sales before they are returned: what stood there before are returns only, so their DELETEs take no
 * sale with them, and the returns of the stream fall behind its sales.
 */
const lateReturns: fc.Arbitrary<PlanOptions> = fc.record({
  tables: fc.constant('both' as const),
  batchSize: fc.integer({ min: 10, max: 30 }),
  ratio: fc.constantFrom({ insert: 50, delete: 50 }, { insert: 40, update: 20, delete: 40 }),
  hazards: fc.option(hazards(), { nil: undefined, freq: 2 }),
  seed: seeds(),
  foreign: fc.tuple(fc.constant(0), fc.integer({ min: 40, max: 150 })),
})

/** Small plans of every shape. */
export const planOptions = (
  batchSizes: { min: number; max: number } = { min: 1, max: 30 },
): fc.Arbitrary<PlanOptions> => {
  const any = fc.record({
    tables: fc.constantFrom('both', 'sales', 'returns'),
    batchSize: fc.integer(batchSizes),
    ratio: ratios(),
    hazards: fc.option(hazards(), { nil: undefined, freq: 2 }),
    seed: seeds(),
    nulls: fc.constantFrom('tpcds', 'none'),
    businessDay: fc.constantFrom(undefined, 2_460_000),
    baselineRows: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 60 })),
    foreign: fc.oneof(fc.constant([]), fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }))),
  })
  return fc.oneof({ weight: 4, arbitrary: any }, { weight: 1, arbitrary: lateReturns })
}

/** How transactions overlap. */
export const overlaps = (): fc.Arbitrary<Overlap> =>
  fc.record({
    writers: fc.integer({ min: 1, max: 5 }),
    lateCommit: fc.constantFrom(0, 0.2, 0.7, 1),
    rollback: fc.constantFrom(0, 0.2, 0.7, 1),
    longTransaction: fc.constantFrom(0, 3, 12),
  })
