import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PlannedLedger } from '../../src/ledger/planned-ledger.js'
import type { Batch } from '../../src/plan/batch.js'
import { openBatches } from '../../src/plan/batch-source.js'
import { baselineAbove, type PlanInput } from '../../src/plan/plan-input.js'
import { RowLimit } from '../../src/plan/row-limit.js'
import {
  MOST_BASE,
  MOST_SHARDS,
  parseShard,
  type Shard,
  SHARD_NUMBERS,
  shardSeed,
  shardStart,
  shardText,
} from '../../src/plan/shard.js'
import { planRows } from '../../src/plan/table-rows.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import type { PgValue } from '../../src/tables/column.js'
import { planOptions, runs, seeds } from '../support/arbitraries.js'
import { cdcError } from '../support/cdc-error.js'
import { MemoryReader } from '../support/memory-reader.js'
import { planInput, type PlanOptions } from '../support/plan-inputs.js'

const shards = (): fc.Arbitrary<Shard> =>
  fc
    .integer({ min: 1, max: MOST_SHARDS })
    .chain((count) => fc.record({ index: fc.integer({ min: 0, max: count - 1 }), count: fc.constant(count) }))

const bases = (): fc.Arbitrary<number> =>
  fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 0, max: MOST_BASE }))

/** The plan of a shard, as a stream makes it. */
function shardInput(options: PlanOptions, shard: Shard, base: number): PlanInput {
  const input = planInput({ ...options, foreign: [], baselineRows: 0 })
  const above = shardStart(base, shard.index)
  const tables = input.tables.map(({ definition }) => ({ definition, baseline: baselineAbove(definition, above) }))
  return { ...input, seed: shardSeed(input.seed, shard.index), shard, tables }
}

test('a shard is written as it is read, and nothing else is one', () => {
  fc.assert(
    fc.property(shards(), (shard) => {
      expect(parseShard(shardText(shard))).toEqual(shard)
    }),
    runs(200),
  )
  for (const text of ['', '0/4', '5/4', '1/0', '1', '/4', '1/', '-1/4', '1/4 ', '1/65537', '1.5/4', 'a/b', '1/4/2']) {
    expect(parseShard(text), text).toBeUndefined()
  }
})

test('all numbers of all shards are below 2^53, each in one range only', () => {
  fc.assert(
    fc.property(bases(), shards(), shards(), (base, one, other) => {
      const [from, to] = [shardStart(base, one.index) + 1, shardStart(base, one.index) + SHARD_NUMBERS]
      expect(from).toBeGreaterThan(base)
      expect(Number.isSafeInteger(to)).toBe(true)
      const next = shardStart(base, other.index) + 1
      // Whatever number of shards each of them takes there to be.
      expect(next >= from && next <= to).toBe(one.index === other.index)
    }),
    runs(500),
  )
})

test('no two shards of a stream have the same seed', () => {
  fc.assert(
    fc.property(seeds(), (seed) => {
      const found = Array.from({ length: 500 }, (_, index) => shardSeed(seed, index))
      expect(new Set(found).size).toBe(500)
      expect(found.every((one) => Number.isInteger(one) && one >= 0 && one <= 0xffff_ffff)).toBe(true)
    }),
    runs(50),
  )
})

test('the changes of a shard are those of a plan with its seed above its start, and stay in its range', () => {
  fc.assert(
    fc.property(planOptions(), shards(), bases(), (options, shard, base) => {
      const input = shardInput(options, shard, base)
      const { shard: _, ...alone } = input
      const [batches, others] = [openBatches(input), openBatches(alone)]
      const [rows, otherRows] = [planRows(input), planRows(alone)]
      for (let commit = 1; commit <= 4; commit++) {
        const batch = batches.next()
        expect(batch).toEqual(others.next())
        for (const { table, numbers, versions } of batch.runs) {
          numbers.forEach((number, place) => {
            const cells = [...rows[table]!.load(number, versions[place]!)]
            expect(cells).toEqual(otherRows[table]!.load(number, versions[place]!))
            const key = Number(cells[0])
            expect(rows[table]!.numberOf([key])).toBe(number)
            expect(key).toBe(shardStart(base, shard.index) + number)
          })
        }
      }
    }),
    runs(60),
  )
})

test('a key of another shard belongs to no row', () => {
  const [rows] = planRows(shardInput({ tables: 'sales' }, { index: 1, count: 4 }, 100))
  const start = 100 + SHARD_NUMBERS
  expect(
    [start, start + 1, start + SHARD_NUMBERS, start + SHARD_NUMBERS + 1].map((key) => rows!.numberOf([key])),
  ).toEqual([undefined, 1, SHARD_NUMBERS, undefined])
  expect(rows!.keyFilter()).toEqual({ above: start, upTo: start + SHARD_NUMBERS, among: [] })
})

test('tickets of a shard are in its range', () => {
  const [sales, returns] = planRows(shardInput({}, { index: 2, count: 3 }, 50))
  const ticket = (rows: typeof sales, column: number): number => Number(rows!.load(1, 0)[column])
  expect(storeSales.columns.findIndex(({ name }) => name === 'ss_ticket_number')).toBe(10)
  expect(storeReturns.columns.findIndex(({ name }) => name === 'sr_ticket_number')).toBe(10)
  expect(ticket(sales, 10)).toBe(50 + 2 * SHARD_NUMBERS + 1)
  expect(ticket(returns, 10)).toBe(ticket(sales, 10))
})

test('each shard finds its own commit, and its own rows only, in tables of all of them', async () => {
  await fc.assert(
    fc.asyncProperty(
      planOptions(),
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 4 }),
      fc.integer({ min: 0, max: 1000 }),
      async (options, commits, base) => {
        const inputs = commits.map((_, index) => shardInput(options, { index, count: commits.length }, base))
        const stored: Record<string, (readonly PgValue[])[]> = {}
        for (const [index, input] of inputs.entries()) {
          const ledger = new PlannedLedger(input, { sent: 5, acknowledged: 5 })
          for (const { name, columns } of input.tables.map(({ definition }) => definition)) {
            const rows = [...ledger.at(commits[index]).rows(name)]
            stored[name] = [...(stored[name] ?? []), ...rows.map((row) => columns.map((column) => row[column.name]!))]
          }
        }
        for (const [index, input] of inputs.entries()) {
          const reader = new MemoryReader(stored, index)
          const found = await new PlannedLedger(input, { sent: 0, acknowledged: 0 }).locate(reader, { last: 5 })
          expect(found).toMatchObject({ equal: true, differing: 0 })
          const ledger = new PlannedLedger(input, { sent: 5, acknowledged: 5 })
          for (const { name } of input.tables.map(({ definition }) => definition))
            expect(found.rows[name]).toBe(ledger.at(commits[index]).count(name))
          // A batch may change nothing: then an earlier commit shows the same rows.
          expect(found.commit).toBeLessThanOrEqual(commits[index]!)
        }
      },
    ),
    runs(15),
  )
})

test('keys and numbers that are too narrow for a shard are refused', () => {
  const narrow = { ...storeSales, columns: storeSales.columns.map((column) => ({ ...column, type: 'int4' as const })) }
  expect(() => baselineAbove(narrow, 0)).toThrow(
    cdcError('ERR_CDC_OPTIONS', '`store_sales_heap.ss_id`', '`shard`', '`base`', 'int8', 'int4'),
  )
})

test('a stream ends before its row numbers do', () => {
  const run = (kind: 'insert' | 'update', ...numbers: number[]): Batch => ({
    commit: 1,
    runs: [{ kind, table: 0, numbers, versions: numbers.map(() => 0) }],
  })
  const given = [run('insert', 9, 10), run('update', 11), run('insert', 10, 11)]
  const limited = new RowLimit({ commit: 7, next: () => given.shift()! }, [], 10)
  expect(limited.commit).toBe(7)
  limited.next()
  limited.next()
  expect(() => limited.next()).toThrow(cdcError('ERR_CDC_WRITE', 10, 'rows'))
})
