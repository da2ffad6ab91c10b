import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LedgerTable } from '../../src/ledger/ledger-table.js'
import { type Horizons, locateCommit } from '../../src/ledger/locate-commit.js'
import type { Verification } from '../../src/ledger/verification.js'
import { verifyTables } from '../../src/ledger/verify.js'
import type { Run } from '../../src/plan/batch.js'
import { openBatches } from '../../src/plan/batch-source.js'
import type { PlanInput } from '../../src/plan/plan-input.js'
import { Planner } from '../../src/plan/planner.js'
import { planRows } from '../../src/plan/table-rows.js'
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
      input.tables.map(({ definition: { name } }, table) => [
        name,
        [...model.rows(table).values()].map((row) => Object.values(row)),
      ]),
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

/** Looks only so far, and tells how far that was. */
async function locateWithin(
  input: PlanInput,
  stored: Stored,
  horizons: Horizons,
  last = Number.POSITIVE_INFINITY,
): Promise<{ found: Verification; planned: number; reads: number; again: () => Promise<Verification> }> {
  const tables = planRows(input).map((rows) => new LedgerTable(rows))
  const record = (all: readonly Run[]): void =>
    tables.forEach((table, index) => table.record(all.filter((run) => run.table === index)))
  const batches = openBatches(input)
  record(Planner.baseline(input).runs)
  const reader = new MemoryReader(stored, 1)
  const plan = {
    tables,
    advance: (commit: number) => {
      while (batches.commit < commit) record(batches.next().runs)
      return commit
    },
    verify: (commit: number) => verifyTables(tables, reader, commit),
  }
  const again = (): Promise<Verification> => locateCommit(plan, reader, last, undefined, horizons)
  const found = await again()
  return { found, planned: batches.commit, reads: reader.signals.length, again }
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

test('finds a commit far beyond where it looks first', async () => {
  const plan = planInput({ batchSize: 4, ratio: { insert: 2, update: 1, delete: 2 }, seed: 3 })
  const [far] = storedUpTo(plan, 5000)
  expect(await locate(plan, far!, Number.POSITIVE_INFINITY)).toMatchObject({ equal: true, commit: 5000 })
})

const near: Horizons = { first: 4, within: 64, furthest: 200 }
const [mixed, updates, inserts] = [{ insert: 2, update: 1, delete: 2 }, { update: 1 }, { insert: 1 }].map((ratio) =>
  planInput({ batchSize: 4, ratio, seed: 3, foreign: [5, 5] }),
)

test.for<[string, PlanInput, number[]]>([
  ['of every kind', mixed!, [0, 1, 3, 4, 5, 16, 17, 63, 64, 65, 199, 200]],
  ['with UPDATEs only, within the nearer bound', updates!, [0, 1, 4, 5, 16, 17, 63, 64]],
  ['with INSERTs only', inserts!, [0, 1, 4, 5, 16, 17, 64, 65, 199, 200]],
])('finds a commit at or beside every bound: changes %s', async ([, plan, commits]) => {
  for (const commit of commits) {
    const [there] = storedUpTo(plan, commit)
    for (const last of [Math.max(commit, 1), commit + 3, Number.POSITIVE_INFINITY]) {
      const { found } = await locateWithin(plan, there!, near, last)
      expect(found).toMatchObject({ equal: true, commit })
    }
  }
})

test('what was planned before does not change the answer', async () => {
  const [there] = storedUpTo(inserts!, 150)
  const { found, again } = await locateWithin(inserts!, there!, near)
  expect(found).toMatchObject({ equal: true, commit: 150 })
  expect(await again()).toEqual(found)
})

test('keys lead as far as the last bound, and no further', async () => {
  const [there] = storedUpTo(inserts!, 300)
  const { found, planned, reads } = await locateWithin(inserts!, there!, near)
  expect(found).toMatchObject({ equal: false, commit: 200 })
  expect(planned).toBe(200)
  // Once for each of four looks, and once to compare.
  expect(reads).toBe(5 * inserts!.tables.length)
})

test('without keys it is given up at the nearer bound', async () => {
  const [there] = storedUpTo(updates!, 300)
  const { found, planned } = await locateWithin(updates!, there!, near)
  expect(found.equal).toBe(false)
  expect(planned).toBe(64)
})

test('nothing beyond the last commit of the plan is looked at', async () => {
  const [there] = storedUpTo(mixed!, 60)
  const { found, planned } = await locateWithin(mixed!, there!, near, 50)
  expect(found.equal).toBe(false)
  expect(found.commit).toBeLessThanOrEqual(50)
  expect(planned).toBe(50)
  const [further] = storedUpTo(mixed!, 1500)
  expect(await locate(mixed!, further!, 2000)).toMatchObject({ equal: true, commit: 1500 })
})

test('of commits that change nothing the first is told, and the tables are read twice', async () => {
  const hazards = { hotKeys: 0, sameKeyChains: 0, reinsert: 0, noopUpdates: 1 }
  const idle = planInput({ batchSize: 4, ratio: { update: 1 }, hazards, baselineRows: 20 })
  const [there] = storedUpTo(idle, 20)
  const { found, reads } = await locateWithin(idle, there!, near)
  expect(found).toMatchObject({ equal: true, commit: 0 })
  expect(reads).toBe(2 * idle.tables.length)
})

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

test('tables of another run are those after no commit, which is seen before the last bound', async () => {
  const one = planInput({ batchSize: 3, ratio: { insert: 50, update: 30, delete: 20 }, seed: 9 })
  const [other] = storedUpTo({ ...one, seed: 10 }, 40)
  const rows = other!['store_sales_heap']!
  const far = ['9007199254740000', ...rows[0]!.slice(1)]
  for (const last of [30, Number.POSITIVE_INFINITY]) {
    for (const store_sales_heap of [rows, [...rows, far]]) {
      const { found, planned } = await locateWithin(one, { ...other, store_sales_heap }, near, last)
      expect(found.equal).toBe(false)
      expect(planned).toBeLessThanOrEqual(64)
    }
  }
})

test('where somebody else wrote a little, the plan is not followed to its end', async () => {
  for (const [key, row] of sales.slice(0, 3).entries()) {
    const changed = { ...stored, store_sales_heap: sales.with(key, row.with(5, 7)) }
    const { found, planned } = await locateWithin(input, changed, near)
    expect(found).toMatchObject({ equal: false, commit: 10, differing: 1 })
    expect(planned).toBe(64)
  }
})
