import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Verification } from '../../src/ledger/verification.js'
import { openBatches } from '../../src/plan/batch-source.js'
import type { PlanInput } from '../../src/plan/plan-input.js'
import { planOptions, runs } from '../support/arbitraries.js'
import { ledgerAt } from '../support/ledger-at.js'
import { MemoryReader, type StoredRows } from '../support/memory-reader.js'
import { NaiveTables } from '../support/naive-tables.js'
import { planInput } from '../support/plan-inputs.js'

type Stored = Record<string, StoredRows>

/** What a database holds after every commit from one to another. */
function storedUpTo(input: PlanInput, last: number, first = last): Stored[] {
  const model = new NaiveTables(input)
  const batches = openBatches(input)
  const stored = (): Stored =>
    Object.fromEntries(
      input.tables.map(({ name }, table) => [name, [...model.rows(table).values()].map((row) => Object.values(row))]),
    )
  const states = first === 0 ? [stored()] : []
  while (batches.commit < last) {
    model.apply(batches.next())
    if (batches.commit >= first) states.push(stored())
  }
  return states
}

/** Asks a ledger that knows of no commit. */
function locate(input: PlanInput, stored: Stored, last: number): Promise<Verification> {
  return ledgerAt(input, () => 0).locate(new MemoryReader(stored, 1), { last })
}

const overlaps = fc.option(
  fc.record({
    writers: fc.integer({ min: 1, max: 4 }),
    lateCommit: fc.constantFrom(0, 0.5),
    rollback: fc.constantFrom(0, 0.5),
    longTransaction: fc.constantFrom(0, 3),
  }),
  { nil: undefined },
)

test('finds the commit of any plan, with and without an end', async () => {
  const commits = fc.integer({ min: 0, max: 12 })
  const property = fc.asyncProperty(planOptions(), overlaps, commits, async (options, overlap, commit) => {
    const input = planInput({ ...options, overlap })
    const states = storedUpTo(input, 20, 0)
    for (const last of [commit, 20, Number.POSITIVE_INFINITY]) {
      const found = await locate(input, states[commit]!, last)
      expect(found).toMatchObject({ equal: true, differing: 0 })
      // A batch can leave the rows as they are; then either commit is right.
      expect(states[found.commit]).toEqual(states[commit])
    }
  })
  await fc.assert(property, runs(60))
})

test.for([{ insert: 2, update: 1, delete: 2 }, { update: 1 }, { insert: 1 }])(
  'finds a commit far beyond where it looks first, with %j',
  async (ratio) => {
    const input = planInput({ batchSize: 4, ratio, seed: 3 })
    const stored = storedUpTo(input, 5000).at(-1)!
    expect(await locate(input, stored, Number.POSITIVE_INFINITY)).toMatchObject({ equal: true, commit: 5000 })
  },
)

const input = planInput({ batchSize: 30, ratio: { insert: 50, update: 30, delete: 20 }, foreign: [20, 20], seed: 9 })
const stored = storedUpTo(input, 10).at(-1)!
const sales = stored['store_sales_heap']!

test.for<[string, StoredRows, object]>([
  ['a row that was deleted', sales.slice(0, -1), { kind: 'missing', key: sales.at(-1)![0] }],
  ['a row that was added', [...sales, ['999', ...sales[0]!.slice(1)]], { kind: 'unexpected', key: '999' }],
  [
    'a row with a key far away',
    [...sales, ['9007199254740000', ...sales[0]!.slice(1)]],
    { kind: 'unexpected', key: '9007199254740000' },
  ],
  [
    'a value that was changed',
    sales.with(40, sales[40]!.with(5, 7)),
    { kind: 'different', key: sales[40]![0], columns: [{ actual: '7' }] },
  ],
])('names what somebody else wrote: %s', async ([, rows, difference]) => {
  for (const last of [10, 30, Number.POSITIVE_INFINITY]) {
    const found = await locate(input, { ...stored, store_sales_heap: rows }, last)
    expect(found).toMatchObject({ equal: false, commit: 10, differing: 1, differences: [difference] })
  }
})

test('tables of another run are those after no commit', async () => {
  const one = planInput({ batchSize: 3, ratio: { insert: 50, update: 30, delete: 20 }, seed: 9 })
  const [other] = storedUpTo({ ...one, seed: 10 }, 40)
  for (const last of [30, Number.POSITIVE_INFINITY]) {
    expect(await locate(one, other!, last)).toMatchObject({ equal: false })
  }
})
