import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changeScript } from '../../../fixtures/arbitraries/index.js'
import { openBatches } from '../../../src/plan/batch-source.js'
import { countChanges } from '../../../src/plan/batch.js'
import { Family } from '../../../src/plan/families/family.js'
import { familiesOf, firstNumbers } from '../../../src/plan/families/families.js'
import { noOverlap } from '../../../src/plan/overlap/overlap.js'
import { Planner } from '../../../src/plan/planner.js'
import type { ChangeScript, ScriptRun } from '../../../src/plan/script/change-script.js'
import { parseScript } from '../../../src/plan/script/parse-script.js'
import { PLAN_FORMAT } from '../../../src/plan/plan-input.js'
import { scriptOf } from '../../../src/plan/script/script-of.js'
import { hazards, overlaps, runs, seeds } from '../../support/arbitraries.js'
import { cdcError } from '../../support/cdc-error.js'
import { relatedTables, relations } from '../../support/families.js'
import { ledgerAt } from '../../support/ledger-at.js'
import { NaiveTables } from '../../support/naive-tables.js'
import { planInput } from '../../support/plan-inputs.js'
import { planBatches } from '../../support/planned-batches.js'
import { SHARE_BOUND, ShareChecker } from '../../support/share-problems.js'
import { windowProblems } from '../../support/window-problems.js'

/** Three levels, the first of which others point at, a tree, and two tables on one parent. */
const shop = relatedTables([
  { refers: [0] },
  { parent: 0, most: 4, skew: 1 },
  { parent: 1, most: 6, refers: [0] },
  { parent: 1, most: 2, least: 1 },
  { parent: 2, most: 3, refers: [1] },
])

describe('which rows there are', () => {
  const families = (given: Parameters<typeof relatedTables>[0], seed: number): readonly Family[] =>
    familiesOf({ tables: relatedTables(given).map((definition) => ({ definition })), seed })

  test('numbers, slots and parents are one another, and the next number is the next that exists', () => {
    const property = fc.property(relations(), seeds(), fc.integer({ min: 1, max: 100_000 }), (given, seed, from) => {
      for (const family of families(given, seed)) {
        const existing = Array.from({ length: 300 }, (_, index) => from + index).filter((n) => family.exists(n))
        const next = family.next(from)
        expect(existing[0] ?? next).toBe(next)
        for (const number of existing) {
          const parent = family.parentOf(number)
          expect(family.firstOf(parent) + family.slotOf(number)).toBe(number)
          if (!family.parent) expect(parent).toBe(number)
          else expect(family.parent.exists(parent)).toBe(true)
        }
        for (const k of family.isReferred ? [1, 2, from] : []) {
          expect(family.exists(family.kept(k))).toBe(true)
          expect(family.keeps(family.kept(k))).toBe(true)
        }
        const numbers = Array.from({ length: 2 * family.spread }, (_, index) => from + index)
        expect(numbers.filter((number) => family.keeps(number))).toHaveLength(family.isReferred ? 1 : 0)
        if (family.parent && family.isReferred) expect(family.parent.isReferred).toBe(true)
      }
    })
    fc.assert(property, runs(60))
  })

  test('each number of children is as likely as the others, and with a skew few are more likely', () => {
    const counts = (skew: number): number[] => {
      const family = families([{}, { parent: 0, most: 5, least: 2, skew }], 3)[1]!
      const found = [0, 0, 0, 0, 0, 0]
      for (let parent = 1; parent <= 8_000; parent++) found[family.childrenOf(parent)]! += 1
      return found
    }
    for (const count of counts(0).slice(2)) expect(Math.abs(count - 2_000)).toBeLessThan(200)
    expect(counts(0).slice(0, 2)).toEqual([0, 0])
    const [, , two, three, four, five] = counts(1)
    // Of two draws from four: 7, 5, 3 and 1 of 16.
    for (const [count, of16] of [
      [two, 7],
      [three, 5],
      [four, 3],
      [five, 1],
    ]) {
      expect(Math.abs(count! - of16! * 500)).toBeLessThan(200)
    }
  })

  test('a row points at rows far before it, of another table at one at least', () => {
    const [tree, other] = families([{ refers: [0] }, { refers: [0] }], 1)
    expect([1, 2, 9, 100, 1000].map((number) => tree!.reach(tree!, number))).toEqual([0, 1, 2, 13, 125])
    expect([1, 2, 9, 100].map((number) => other!.reach(tree!, number))).toEqual([1, 1, 2, 13])
    expect(tree!.kept(125)).toBe(249)
  })
})

test('the ledger has what the batches make of the tables, and a script of them means the same', () => {
  const property = fc.property(
    relations().map(relatedTables),
    fc.integer({ min: 1, max: 12 }),
    fc.option(hazards(), { nil: undefined }),
    fc.option(overlaps(), { nil: undefined }),
    seeds(),
    fc.constantFrom(0, 0, 13),
    (tables, batchSize, given, overlap, seed, baselineRows) => {
      const commits = 15
      const ratio = { insert: 40, update: 20, delete: 35 }
      const input = planInput({ tables, batchSize, ratio, hazards: given, overlap, seed, baselineRows })
      const naive = new NaiveTables(input)
      const ledger = ledgerAt(input, () => commits)
      const source = openBatches(input)
      const batches = Array.from({ length: commits }, () => source.next())
      for (const batch of batches) {
        naive.apply(batch)
        input.tables.forEach(({ definition: { name } }, table) => {
          const rows = [...ledger.at(batch.commit).rows(name)]
          expect(new Map(rows.map((row) => [String(row['id']), row]))).toEqual(naive.rows(table))
          expect(ledger.at(batch.commit).count(name)).toBe(rows.length)
        })
      }
      const made = JSON.parse(JSON.stringify(scriptOf(input, commits))) as ChangeScript
      const parsed = parseScript(made)
      expect(parsed.batches).toEqual(batches.map((batch) => batch.runs))
      expect(scriptOf({ ...input, overlap: undefined, script: parsed.batches }, commits)).toEqual(made)
      // The same input, the same plan.
      expect(JSON.stringify(planBatches(input, 5))).toBe(JSON.stringify(planBatches({ ...input }, 5)))
    },
  )
  fc.assert(property, runs(25))
})

test('the first rows are those of the baseline', () => {
  const property = fc.property(relations().map(relatedTables), seeds(), fc.nat(80), (tables, seed, baselineRows) => {
    const input = planInput({ tables, seed, baselineRows })
    const first = Planner.baseline(input).runs.map(({ table, numbers }) => [table, numbers])
    const expected = [...firstNumbers(familiesOf(input), baselineRows).entries()]
    expect(first).toEqual(expected.filter(([, numbers]) => numbers.length > 0))
  })
  fc.assert(property, runs(60))
})

describe('how many changes of each kind', () => {
  test.for([
    { insert: 70, update: 20, delete: 10 },
    { insert: 40, update: 20, delete: 40 },
    { insert: 60, update: 10, delete: 30 },
  ])('the counts stay at their shares: %j', (ratio) => {
    for (const batchSize of [3, 20, 200]) {
      const input = planInput({
        tables: relatedTables([{}, { parent: 0, most: 5 }, { parent: 1, most: 4 }]),
        batchSize,
        ratio,
      })
      const checker = new ShareChecker(input)
      const found = planBatches(input, 300).flatMap((batch) => checker.problems(batch, SHARE_BOUND))
      expect(found).toEqual([])
    }
  })

  test('where half of the rows are never deleted, INSERTs take the place of DELETEs, and UPDATEs keep theirs', () => {
    const ratio = { insert: 45, update: 10, delete: 45 }
    const batches = planBatches(planInput({ tables: relatedTables([{}, { refers: [0] }]), batchSize: 50, ratio }), 300)
    const counts = batches.slice(100).map(countChanges)
    const updates = counts.reduce((sum, { update }) => sum + update, 0)
    expect(updates / (200 * 100)).toBeCloseTo(0.1, 2)
    expect(counts.every((count) => count.delete > 20)).toBe(true)
  })

  test('by default a window holds one or two DELETEs: a row goes with one other at most', () => {
    for (const batchSize of [5, 20, 60]) {
      const input = planInput({ tables: shop, batchSize, seed: batchSize })
      expect(windowProblems(planBatches(input, Math.ceil(30_000 / (batchSize * 5))), false)).toEqual([])
    }
  })

  test('rows go with all that hangs on them', () => {
    const tables = relatedTables([{}, { parent: 0, most: 6, least: 3 }])
    const input = planInput({ tables, batchSize: 40, ratio: { insert: 50, update: 10, delete: 40 } })
    const [, children] = familiesOf(input)
    const together = planBatches(input, 100).flatMap(({ runs: all }) => {
      const gone = all.filter(({ kind }) => kind === 'delete')
      const parents = new Set(gone.filter(({ table }) => table === 0).flatMap(({ numbers }) => numbers))
      const own = gone.filter(({ table }) => table === 1).flatMap(({ numbers }) => numbers)
      return [...parents].map((parent) => own.filter((number) => children!.parentOf(number) === parent).length)
    })
    expect(Math.max(...together)).toBeGreaterThanOrEqual(3)
  })
})

test('what is rolled back has the keys with which it is written', () => {
  const input = planInput({ tables: shop, batchSize: 20, overlap: { ...noOverlap, rollback: 0.5 } })
  const source = openBatches(input)
  const failed = Array.from({ length: 40 }, () => source.next()).filter(({ rolledBack }) => rolledBack)
  expect(failed.length).toBeGreaterThan(10)
  for (const { rolledBack, runs: all } of failed) expect(all).toEqual(rolledBack)
})

describe('a script that breaks a rule is refused, by batch and change', () => {
  const [P, C, T] = ['parents', 'children', 'things']
  const script = (batches: readonly (readonly ScriptRun[])[]): ChangeScript => ({
    format: PLAN_FORMAT,
    seed: 1,
    tables: [
      { name: P, refers: [P] },
      { name: C, parent: P, most: 3, least: 2 },
      { name: T, refers: [P] },
    ],
    batches,
  })
  const family = new Family(C, 1, new Family(P, 1, undefined), { most: 3, least: 2 })
  const parent = [1, 2, 3, 4, 5].find((number) => family.childrenOf(number) === 2)!

  test('what keeps to them is not', () => {
    const insert: ScriptRun[] = [
      ['insert', P, '1..20'],
      ['insert', C, '1 2'],
      ['insert', T, '1..20'],
    ]
    const parsed = parseScript(
      script([
        insert,
        [
          ['delete', C, '1 2'],
          ['delete', P, '2'],
        ],
        [['delete', T, '1..20']],
      ]),
    )
    expect(parsed.batches).toHaveLength(3)
  })

  test.for<[string, ScriptRun[][], string[]]>([
    [
      'a child in no slot',
      [[['insert', P, '1..20']], [['insert', C, `${3 * parent}`]]],
      ['change 1 of batch 2', C, '2 children', `row ${parent}`],
    ],
    [
      'a child without its parent',
      [
        [
          ['insert', P, '1 2'],
          ['insert', C, '7'],
        ],
      ],
      ['change 3 of batch 1', `row 3 of \`${P}\``],
    ],
    [
      'a parent without its children',
      [
        [
          ['insert', P, '1..20'],
          ['insert', C, '4 5'],
        ],
        [['delete', P, '2']],
      ],
      ['change 1 of batch 2', `row 4 of \`${C}\``],
    ],
    [
      'a DELETE of what others may point at',
      [[['insert', P, '1..20']], [['delete', P, '3']]],
      ['change 1 of batch 2', `DELETE ${P} 3`],
    ],
    [
      'a row before what it may point at',
      [[['insert', T, '1']]],
      ['change 1 of batch 1', `INSERT ${T} 1`, `row 1 of \`${P}\``],
    ],
    [
      'one far behind',
      [
        [
          ['insert', P, '1 2 4'],
          ['insert', T, '1..20'],
        ],
      ],
      [`INSERT ${T} 9`, `row 3 of \`${P}\``],
    ],
    ['one of a tree', [[['insert', P, '1 2 4..20']]], [`INSERT ${P} 9`, `row 3 of \`${P}\``]],
  ])('%s', ([, batches, named]) => {
    expect(() => parseScript(script(batches))).toThrow(cdcError('ERR_CDC_OPTIONS', ...named))
  })

  test.for<[Partial<ChangeScript>, string[]]>([
    [{ tables: [{ name: T, refers: [P] }, { name: P }] }, [P, T]],
    [{ tables: [{ name: P }, { name: C, parent: P, most: 2, least: 3 }] }, ['least', C]],
    [{ tables: [{ name: P }, { name: C, parent: P, most: 0 }] }, ['tables.1.most']],
  ])('%j', ([more, named]) => {
    expect(() => parseScript({ ...script([]), ...more })).toThrow(cdcError('ERR_CDC_OPTIONS', ...named))
  })
})

test('scripts that are drawn keep to the rules', () => {
  const property = fc.property(
    relations().chain((given) => changeScript({ tables: relatedTables(given), maxChanges: 20, maxKeys: 8 })),
    (script) => void parseScript(JSON.parse(JSON.stringify(script)) as ChangeScript),
  )
  fc.assert(property, runs(100))
})

test('scripts that are drawn have several children of one row, and rows that point at others', () => {
  const drawn = fc.sample(changeScript({ tables: shop, maxChanges: 20, maxKeys: 8 }), { seed: 7, numRuns: 100 })
  const slots = drawn.flatMap((script) => {
    const families = familiesOf({ tables: shop.map((definition) => ({ definition })), seed: script.seed })
    const inserts = parseScript(script)
      .batches.flat()
      .filter(({ kind }) => kind === 'insert')
    return inserts.flatMap(({ table, numbers }) =>
      numbers.map((number) => `${table}: ${families[table]!.slotOf(number)}`),
    )
  })
  for (const place of ['0: 0', '1: 0', '1: 1', '3: 0', '3: 1', '2: 0', '2: 1']) expect(slots).toContain(place)
})
