import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Batch, countChanges, type Run } from '../../src/plan/batch.js'
import type { PlanInput } from '../../src/plan/plan-input.js'
import { Planner } from '../../src/plan/planner.js'
import { planOptions, runs, seeds } from '../support/arbitraries.js'
import { BatchChecker } from '../support/batch-problems.js'
import { chainOfTables } from '../support/own-table.js'
import { planInput } from '../support/plan-inputs.js'
import { planBatches } from '../support/planned-batches.js'

function problemsOf(input: PlanInput, batches: Iterable<Batch>): string[] {
  const checker = new BatchChecker(input)
  return [...batches].flatMap((batch) => checker.problems(batch))
}

test('every batch keeps every rule', () => {
  const property = fc.property(planOptions(), fc.integer({ min: 1, max: 60 }), (options, count) => {
    const input = planInput(options)
    expect(problemsOf(input, planBatches(input, count))).toEqual([])
  })
  fc.assert(property, runs(250))
})

test('every large batch keeps every rule', () => {
  const property = fc.property(planOptions({ min: 200, max: 2000 }), (options) => {
    const input = planInput(options)
    expect(problemsOf(input, planBatches(input, 8))).toEqual([])
  })
  fc.assert(property, runs(15))
})

test('every batch keeps every rule, whichever tables are children of which', () => {
  const property = fc.property(planOptions(), fc.integer({ min: 2, max: 4 }), (options, length) => {
    const input = planInput({ ...options, tables: chainOfTables(length) })
    expect(problemsOf(input, planBatches(input, 30))).toEqual([])
  })
  fc.assert(property, runs(100))
})

const input = planInput({ batchSize: 20, ratio: { insert: 40, update: 20, delete: 40 }, foreign: [15, 15] })
const batches = planBatches(input, 10)
const last = batches.at(-1)!
const run = (kind: Run['kind'], table: number): Run => last.runs.find((r) => r.kind === kind && r.table === table)!
const others = (changed: Run): Run[] =>
  last.runs.filter(({ kind, table }) => kind !== changed.kind || table !== changed.table)

/** Changes the last batch at one run. */
function withRun(kind: Run['kind'], table: number, change: (run: Run) => Partial<Run>): Batch {
  const from = run(kind, table)
  return { ...last, runs: last.runs.map((r) => (r === from ? { ...r, ...change(r) } : r)) }
}

const sold = run('insert', 0)
const dead = batches.flatMap(({ runs }) => runs.filter(({ kind, table }) => kind === 'delete' && table === 0))[0]!

// Rules that cannot be broken are no rules.
test.for<[string, Batch, string]>([
  ['another commit', { ...last, commit: 12 }, 'commit 12 instead of 10'],
  ['a run less', { ...last, runs: others(run('update', 0)) }, 'changes instead of 40'],
  ['runs in another order', { ...last, runs: last.runs.toReversed() }, 'a run out of order'],
  ['UPDATEs before DELETEs', { ...last, runs: [run('update', 0), ...others(run('update', 0))] }, 'a run out of order'],
  ['an empty run', withRun('update', 1, () => ({ numbers: [], versions: [] })), 'an empty run'],
  [
    'a key twice',
    withRun('update', 0, ({ numbers }) => ({ numbers: numbers.map(() => numbers[0]!) })),
    'a key twice in a batch',
  ],
  [
    'an UPDATE of a row that is new',
    withRun('update', 0, ({ numbers }) => ({ numbers: [sold.numbers[0]!, ...numbers.slice(1)] })),
    'which is not live',
  ],
  [
    'a DELETE of a row that is gone',
    withRun('delete', 0, ({ numbers }) => ({ numbers: [dead.numbers[0]!, ...numbers.slice(1)] })),
    'which is not live',
  ],
  ['a version left out', withRun('update', 0, ({ versions }) => ({ versions: versions.map((v) => v + 1) })), 'version'],
  [
    'an INSERT in version 1',
    withRun('insert', 0, ({ versions }) => ({ versions: versions.map(() => 1) })),
    'in version 1',
  ],
  [
    'INSERTs in another order',
    withRun('insert', 0, ({ numbers }) => ({ numbers: numbers.toReversed() })),
    'instead of',
  ],
  [
    'a number passed over',
    withRun('insert', 0, ({ numbers }) => ({ numbers: numbers.map((number) => number + 1) })),
    `instead of ${sold.numbers[0]!}`,
  ],
  [
    'a return of another sale',
    withRun('insert', 1, ({ numbers }) => ({ numbers: [...numbers.slice(0, -1), 999] })),
    'insert of row 999 of table 1 instead of',
  ],
  [
    'a return of a sale that is gone',
    withRun('insert', 1, ({ numbers }) => ({ numbers: [...numbers.slice(1), dead.numbers.find((n) => n > 0) ?? 1] })),
    'is an orphan',
  ],
])('%s is told', ([, tampered, problem]) => {
  expect(problemsOf(input, [...batches.slice(0, -1), tampered]).join('\n')).toContain(problem)
})

test('an orphan is told', () => {
  const sales = run('delete', 0).numbers.filter((number) => number > 0)
  const keepsReturns = withRun('delete', 1, ({ numbers, versions }) => ({
    numbers: numbers.filter((number) => !sales.includes(number)),
    versions: versions.slice(numbers.filter((number) => sales.includes(number)).length),
  }))
  expect(problemsOf(input, [...batches.slice(0, -1), keepsReturns]).join('\n')).toContain('is an orphan')
})

test('the same seed makes the same batches, another seed others', () => {
  const property = fc.property(planOptions({ min: 20, max: 40 }), seeds(), (options, seed) => {
    fc.pre(seed !== options.seed)
    const made = (of: typeof options): string => JSON.stringify(planBatches(planInput(of), 20))
    expect(made(options)).toBe(made({ ...options }))
    // Plans of INSERTs only, and of all rows there are, do not depend on the seed; their rows do.
    const { ratio } = options
    if (typeof ratio === 'object' && (ratio.delete ?? 0) > 9 && (ratio.delete ?? 0) * 3 < (ratio.insert ?? 0)) {
      expect(made({ ...options, seed })).not.toBe(made(options))
    }
  })
  fc.assert(property, runs(60))
  const [one, other] = [1, 2].map((seed) => JSON.stringify(planBatches(planInput({ seed }), 10)))
  expect(one).not.toBe(other)
})

test('what a plan gives does not depend on when it is asked', () => {
  const input = planInput({ ratio: { insert: 60, update: 20, delete: 20 }, batchSize: 11 })
  const [one, other] = [new Planner(input), new Planner(input)]
  const early = Array.from({ length: 5 }, () => one.next())
  expect(planBatches(input, 5)).toEqual(early)
  const late = Array.from({ length: 10 }, () => other.next())
  expect(late).toEqual([...early, ...Array.from({ length: 5 }, () => one.next())])
  expect(other.commit).toBe(10)
})

test('the baseline is rows 1 to n of every table, as commit 0', () => {
  const input = planInput({ baselineRows: 7, foreign: [3, 0] })
  const numbers = [1, 2, 3, 4, 5, 6, 7]
  const insert = { kind: 'insert', numbers, versions: numbers.map(() => 0) } as const
  expect(Planner.baseline(input)).toEqual({
    commit: 0,
    runs: [
      { ...insert, table: 0 },
      { ...insert, table: 1 },
    ],
  })
  expect(Planner.baseline(planInput())).toEqual({ commit: 0, runs: [] })
  const first = planBatches(input, 1)[0]!
  expect(first.runs.filter(({ kind }) => kind === 'insert').map(({ numbers }) => numbers[0])).toEqual([8, 8])
})

test('tables with fewer rows than a batch first get one of INSERTs only', () => {
  const ratio = { insert: 50, update: 30, delete: 20 }
  const kinds = (options: Parameters<typeof planInput>[0]): string[][] =>
    planBatches(planInput({ batchSize: 50, ratio, ...options }), 3).map(({ runs }) => [
      ...new Set(runs.map(({ kind, table }) => `${kind} ${table}`)),
    ])
  const all = ['delete 1', 'delete 0', 'update 0', 'update 1', 'insert 0', 'insert 1']
  expect(kinds({})).toEqual([['insert 0', 'insert 1'], all, all])
  expect(kinds({ foreign: [49, 49] })[0]).toEqual(['insert 0', 'insert 1'])
  expect(kinds({ foreign: [50, 50] })[0]).toEqual(all)
  expect(kinds({ baselineRows: 50 })[0]).toEqual(all)
  // Returns that are filled need as many sales.
  expect(kinds({ foreign: [50, 49] })[0]).toEqual(['insert 0', 'insert 1'])
  expect(kinds({ foreign: [0, 50] })[0]).toEqual(['delete 1', 'update 1', 'insert 0', 'insert 1'])
})

test('rows that stood there before take part', () => {
  const input = planInput({ batchSize: 20, ratio: { insert: 40, update: 30, delete: 30 }, foreign: [50, 50] })
  const met = planBatches(input, 40).flatMap(({ runs }) =>
    runs.filter(({ kind }) => kind !== 'insert').map(({ kind, table, numbers }) => ({ kind, table, numbers })),
  )
  for (const table of [0, 1]) {
    for (const kind of ['update', 'delete']) {
      const numbers = met.filter((r) => r.kind === kind && r.table === table).flatMap((r) => r.numbers)
      expect(numbers.filter((number) => number < 0).length, `${kind} ${table}`).toBeGreaterThan(20)
      expect(numbers.filter((number) => number > 0).length, `${kind} ${table}`).toBeGreaterThan(20)
    }
  }
})

test('INSERTs of returns whose sale is gone go to sales', () => {
  // The returns are those that stood there before: their DELETEs take no sale with them, so sales run short.
  const input = planInput({
    batchSize: 3,
    ratio: { insert: 13, update: 74, delete: 13 },
    foreign: [0, 123],
    seed: 3937022034,
  })
  const inserts = planBatches(input, 400).map(({ runs }) =>
    [0, 1].map((table) => runs.filter((r) => r.table === table).reduce((sum, r) => sum + r.numbers.length, 0)),
  )
  expect(inserts.some(([sales, returns]) => sales! > 3 && returns! < 3)).toBe(true)
  expect(inserts.every(([sales, returns]) => sales! + returns! === 6)).toBe(true)
})

test('a return whose sale is gone before its turn is passed over for good', () => {
  const options = { batchSize: 20, ratio: { insert: 50, delete: 50 }, foreign: [0, 100] }
  const returns = planBatches(planInput(options), 12).flatMap(({ runs }) =>
    runs.flatMap(({ kind, table, numbers }) => (kind === 'insert' && table === 1 ? numbers : [])),
  )
  expect(Math.max(...returns) - returns.length).toBeGreaterThan(5)
  expect(new Set(returns).size).toBe(returns.length)
})

test('changes are counted by kind', () => {
  expect(countChanges({ commit: 1, runs: [] })).toEqual({ insert: 0, update: 0, delete: 0 })
  const counts = countChanges(last)
  expect(counts.insert + counts.update + counts.delete).toBe(40)
  expect(counts.update).toBe(run('update', 0).numbers.length + run('update', 1).numbers.length)
})
