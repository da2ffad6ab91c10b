import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Batch } from '../../src/plan/batch.js'
import { openBatches } from '../../src/plan/batch-source.js'
import { longestOverlap } from '../../src/plan/overlap/overlap-batches.js'
import { noOverlap, type Overlap } from '../../src/plan/overlap/overlap.js'
import type { PlanInput } from '../../src/plan/plan-input.js'
import { planOptions, runs } from '../support/arbitraries.js'
import { ledgerAt } from '../support/ledger-at.js'
import { NaiveTables } from '../support/naive-tables.js'
import { planInput } from '../support/plan-inputs.js'

const COMMITS = 40

const share = (): fc.Arbitrary<number> => fc.constantFrom(0, 0.2, 0.7, 1)
const overlaps = (): fc.Arbitrary<Overlap> =>
  fc.record({
    writers: fc.integer({ min: 1, max: 5 }),
    lateCommit: share(),
    rollback: share(),
    longTransaction: fc.constantFrom(0, 3, 12),
  })

function take(input: PlanInput, commits = COMMITS): Batch[] {
  const source = openBatches(input)
  return Array.from({ length: commits }, () => source.next())
}

/** Follows the commits one by one, and says what is wrong with them. */
function problems(input: PlanInput, batches: readonly Batch[]): string[] {
  const found: string[] = []
  const live = input.tables.map((_, table) => {
    const numbers = [
      ...Array.from({ length: input.baselineRows }, (__, i) => i + 1),
      ...input.baseline[table]!.images.map((__, i) => -i - 1),
    ]
    return new Map(numbers.map((number) => [number, 0]))
  })
  const known = live.map((rows) => new Map(rows))
  const last = input.tables.map(() => input.baselineRows)
  batches.forEach(({ commit, runs: all }, index) => {
    if (commit !== index + 1) found.push(`commit ${commit} in place ${index + 1}`)
    for (const { kind, table, numbers, versions } of all) {
      if (numbers.length === 0) found.push('an empty run')
      if (kind === 'insert') {
        const above = numbers.filter((number) => number > last[table]!).length
        if (above !== 0 && above !== numbers.length)
          found.push(`commit ${commit}: INSERTs above and below the last one`)
        if (above > 0) last[table] = numbers.at(-1)!
      }
      numbers.forEach((number, i) => {
        const before = live[table]!.get(number)
        const says = `commit ${commit}: ${kind} of ${number} of table ${table}`
        if ((kind === 'insert') === (before !== undefined)) found.push(`${says}, which is ${before ?? 'not there'}`)
        const stepped =
          kind === 'insert' ? (known[table]!.get(number) ?? -1) + 1 : (before ?? 0) + (kind === 'update' ? 1 : 0)
        if (versions[i] !== stepped && versions[i] !== before) found.push(`${says} in version ${versions[i]}`)
        known[table]!.set(number, versions[i]!)
        if (kind === 'delete') live[table]!.delete(number)
        else live[table]!.set(number, versions[i]!)
      })
    }
    input.tables.forEach(({ parent }, table) => {
      const parents = live[input.tables.findIndex(({ name }) => name === parent?.table)]
      const orphans = parents ? [...live[table]!.keys()].filter((number) => number > 0 && !parents.has(number)) : []
      if (orphans.length > 0) found.push(`commit ${commit}: orphans ${orphans.join(', ')}`)
    })
  })
  return found
}

const rowsOf = ({ runs: all }: Pick<Batch, 'runs'>): string[] =>
  all.flatMap(({ table, numbers }) => numbers.map((number) => `${table}:${number}`))

test('every commit leaves the tables as they may be', () => {
  const property = fc.property(planOptions(), overlaps(), (options, overlap) => {
    const input = planInput({ ...options, overlap })
    expect(problems(input, take(input))).toEqual([])
  })
  fc.assert(property, runs(150))
})

test('a transaction begins no earlier than the rows that it touches are free', () => {
  const property = fc.property(planOptions(), overlaps(), (options, overlap) => {
    const batches = take(planInput({ ...options, overlap }))
    batches.forEach((batch, index) => {
      const begins = batch.begins ?? batch.commit
      expect(begins).toBeGreaterThan(0)
      expect(begins).toBeLessThanOrEqual(batch.commit)
      expect(batch.commit - begins).toBeLessThanOrEqual(longestOverlap(overlap))
      const between = batches.slice(begins - 1, index)
      const touched = new Set(
        between.flatMap((other) => [...rowsOf(other), ...rowsOf({ runs: other.rolledBack ?? [] })]),
      )
      expect(rowsOf(batch).filter((row) => touched.has(row))).toEqual([])
      expect(batch.rolledBack === undefined || batch.begins === undefined).toBe(true)
    })
  })
  fc.assert(property, runs(150))
})

test('every row goes through the same changes as without overlap', () => {
  const property = fc.property(planOptions(), overlaps(), (options, overlap) => {
    const changes = (batches: readonly Batch[]): Map<string, string[]> => {
      const rows = new Map<string, string[]>()
      for (const { kind, table, numbers, versions } of batches.flatMap((batch) => batch.runs)) {
        numbers.forEach((number, i) => {
          const id = `${table}:${number}`
          rows.set(id, [...(rows.get(id) ?? []), `${kind} ${versions[i]}`])
        })
      }
      return rows
    }
    const plain = changes(take(planInput(options), 3 * COMMITS))
    const late = changes(take(planInput({ ...options, overlap: { ...overlap, rollback: 0 } })))
    for (const [row, told] of late) expect(plain.get(row)?.slice(0, told.length)).toEqual(told)
  })
  fc.assert(property, runs(60))
})

test('the ledger knows the tables after every commit', () => {
  const property = fc.property(planOptions(), overlaps(), (options, overlap) => {
    const input = planInput({ ...options, overlap })
    const naive = new NaiveTables(input)
    const ledger = ledgerAt(input, () => COMMITS)
    const source = openBatches(input)
    for (let commit = 1; commit <= COMMITS; commit++) {
      naive.apply(source.next())
      input.tables.forEach(({ name, key }, table) => {
        const rows = [...ledger.at(commit).rows(name)]
        expect(new Map(rows.map((row) => [String(row[key]), row]))).toEqual(naive.rows(table))
        expect(ledger.at(commit).count(name)).toBe(rows.length)
      })
    }
  })
  fc.assert(property, runs(15))
})

test('late commits make lower keys visible after higher ones', () => {
  const batches = take(planInput({ overlap: { ...noOverlap, lateCommit: 0.3 } }), 200)
  const late = batches.filter(({ begins }) => begins !== undefined)
  expect(late.length).toBeGreaterThan(40)
  expect(late.length).toBeLessThan(80)
  for (const { commit, runs: all } of late) {
    const [lowest] = all.find(({ table }) => table === 0)!.numbers
    const seen = batches.slice(0, commit - 1).flatMap((batch) => batch.runs.filter(({ kind }) => kind === 'insert'))
    expect(Math.max(...seen.filter(({ table }) => table === 0).flatMap(({ numbers }) => numbers))).toBeGreaterThan(
      lowest!,
    )
  }
})

test('one long transaction after the other', () => {
  const batches = take(planInput({ overlap: { ...noOverlap, longTransaction: 20 } }), 200)
  const long = batches.filter(({ begins }) => begins !== undefined)
  expect(long.length).toBeGreaterThanOrEqual(8)
  long.forEach(({ begins }, index) => expect(begins).toBeGreaterThan(index === 0 ? 0 : long[index - 1]!.commit))
  expect(long.every(({ commit, begins }) => commit - begins! >= 20)).toBe(true)
})

test('what is rolled back leaves gaps, and never comes', () => {
  const batches = take(planInput({ overlap: { ...noOverlap, rollback: 0.25 } }), 200)
  const failed = batches.filter(({ rolledBack }) => rolledBack)
  expect(failed.length).toBeGreaterThan(30)
  expect(failed.length).toBeLessThan(70)
  const inserted = (all: Batch['runs']): string[] => rowsOf({ runs: all.filter(({ kind }) => kind === 'insert') })
  const vain = new Set(failed.flatMap(({ rolledBack }) => inserted(rolledBack!)))
  // A return has the number of its sale, which may be there already.
  expect(batches.flatMap(rowsOf).filter((row) => row.startsWith('0:') && vain.has(row))).toEqual([])
  for (const { rolledBack, runs: all } of failed) {
    expect(inserted(rolledBack!)).toHaveLength(inserted(all).length)
  }
})

test('writers overlap as far as their rows allow', () => {
  const overlap = { ...noOverlap, writers: 4 }
  const spans = (options: Parameters<typeof planInput>[0]): number =>
    take(planInput({ ...options, overlap }), 100).filter(({ begins, commit }) => (begins ?? commit) < commit).length
  expect(spans({ tables: 'sales', ratio: { insert: 1 } })).toBe(99)
  expect(spans({ ratio: { insert: 70, update: 20, delete: 10 }, baselineRows: 100_000 })).toBeGreaterThan(50)
})
