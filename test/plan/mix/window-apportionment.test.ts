import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Batch, countChanges, type Run } from '../../../src/plan/batch.js'
import { runs, seeds } from '../../support/arbitraries.js'
import { planInput, type TableSet } from '../../support/plan-inputs.js'
import { planBatches } from '../../support/planned-batches.js'
import { windowProblems } from '../../support/window-problems.js'

const sets: readonly TableSet[] = ['both', 'sales', 'returns']
const WINDOW = 800

function batchesOf(windows: number, tables: TableSet, batchSize: number, seed: number, existing = 0): Batch[] {
  const input = planInput({ tables, batchSize, seed, foreign: [existing, existing] })
  return planBatches(input, Math.ceil((windows * WINDOW) / (batchSize * input.tables.length)) + 1)
}

function shareOfInserts(batches: readonly Batch[]): number {
  const [inserts, changes] = batches.reduce(
    ([inserts, changes], batch) => {
      const counts = countChanges(batch)
      return [inserts + counts.insert, changes + counts.insert + counts.update + counts.delete]
    },
    [0, 0],
  )
  return inserts / changes
}

test.for(sets.flatMap((tables) => [1, 7, 50, 200, 398].map((batchSize) => [tables, batchSize] as const)))(
  'every 800 changes of %s in batches of %d hold one or two UPDATEs and DELETEs',
  ([tables, batchSize]) => {
    const property = fc.property(seeds(), fc.constantFrom(0, 300), (seed, existing) => {
      const batches = batchesOf(batchSize === 1 ? 12 : 40, tables, batchSize, seed, existing)
      expect(windowProblems(batches, tables === 'both')).toEqual([])
    })
    fc.assert(property, runs(4))
  },
)

test('any other batch size below a window keeps the rule, too', () => {
  const property = fc.property(
    seeds(),
    fc.constantFrom(...sets),
    fc.integer({ min: 1, max: 398 }),
    (seed, tables, size) => {
      const windowsOfOneBatch = tables === 'both' ? 0 : 1
      const batchSize = size * (windowsOfOneBatch + 1)
      expect(windowProblems(batchesOf(30, tables, batchSize, seed), tables === 'both')).toEqual([])
    },
  )
  fc.assert(property, runs(40))
})

test('overall, 99.5 to 99.75 % are INSERTs', () => {
  for (const tables of sets) {
    const batches = batchesOf(500, tables, 200, 5)
    expect(shareOfInserts(batches)).toBeGreaterThan(0.995)
    expect(shareOfInserts(batches)).toBeLessThan(0.9975)
    // One or two of each kind, equally likely; of two tables a DELETE of a sale is also one of its return.
    expect(shareOfInserts(batches)).toBeCloseTo(1 - 3 / 800, 3)
  }
})

test('each table gets its part', () => {
  const batches = batchesOf(2000, 'both', 200, 9)
  const count = (kind: string, table: number): number =>
    batches.reduce(
      (sum, { runs }) => sum + (runs.find((r) => r.kind === kind && r.table === table)?.numbers.length ?? 0),
      0,
    )
  // Half of the windows update both tables, the others one of them; 1,000 or 1,500 ± five standard deviations.
  for (const table of [0, 1])
    expect(Math.abs(count('update', table) - 1500)).toBeLessThan(5 * Math.sqrt(2000 * 0.75 * 0.25))
  expect(Math.abs(count('delete', 0) - 1000)).toBeLessThan(5 * Math.sqrt(2000 / 4))
  // Some of the sales have lost their return before.
  expect(count('delete', 1)).toBeGreaterThan(1900)
  expect(count('delete', 1)).toBeLessThanOrEqual(2002)
})

test.for(sets.flatMap((tables) => [400, 800, 1000, 10_000].map((batchSize) => [tables, batchSize] as const)))(
  'the whole batches of %s of %d hold as many as their windows',
  ([tables, batchSize]) => {
    const batches = batchesOf(Math.min(400, (batchSize * 40) / WINDOW), tables, batchSize, 17, 50)
    const size = batchSize * (tables === 'both' ? 2 : 1)
    batches.forEach((batch, index) => {
      const [start, end] = [index * size, (index + 1) * size]
      const inside = Math.max(0, Math.floor(end / WINDOW) - Math.ceil(start / WINDOW))
      const touched = Math.ceil(end / WINDOW) - Math.floor(start / WINDOW)
      for (const count of [countChanges(batch).update, countChanges(batch).delete]) {
        expect(count).toBeGreaterThanOrEqual(inside)
        expect(count).toBeLessThanOrEqual(2 * touched)
      }
    })
  },
)

test('what breaks the rule is told', () => {
  const batches = batchesOf(20, 'both', 200, 1)
  const withRuns = (change: (runs: Batch['runs']) => Batch['runs']): string =>
    windowProblems(
      batches.map((batch) => ({ ...batch, runs: change(batch.runs) })),
      true,
    ).join('\n')
  expect(withRuns((runs) => runs)).toBe('')
  const asInsert = (run: Run): Run => ({ ...run, kind: 'insert' })
  expect(withRuns((runs) => runs.map((run) => (run.kind === 'update' ? asInsert(run) : run)))).toMatch(/: 0 of update/)
  expect(withRuns((runs) => runs.map((run) => (run.table === 1 ? asInsert(run) : run)))).toMatch(/: 0 of/)
  expect(withRuns((runs) => runs.map((run) => ({ ...run, kind: 'delete' })))).toMatch(/: 800 of delete/)
  const inOneTable = withRuns((runs) => runs.map((run) => ({ ...run, table: 0 })))
  expect(inOneTable).toMatch(/update twice in table 0/)
  const ofOthers = withRuns((runs) =>
    runs.map((run) => (run.table === 0 ? { ...run, numbers: run.numbers.map((number) => number + 1) } : run)),
  )
  expect(ofOthers).toMatch(/DELETEs of rows that do not belong together/)
  // The same changes half a window later.
  const filler: Batch = {
    commit: 0,
    runs: [{ kind: 'insert', table: 0, numbers: Array<number>(798).fill(1), versions: [] }],
  }
  expect(windowProblems([filler, ...batches], true)).not.toEqual([])
})
