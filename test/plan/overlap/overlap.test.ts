import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Batch } from '../../../src/plan/batch.js'
import { openBatches } from '../../../src/plan/batch-source.js'
import { longestOverlap } from '../../../src/plan/overlap/overlap-batches.js'
import { noOverlap } from '../../../src/plan/overlap/overlap.js'
import type { PlanInput } from '../../../src/plan/plan-input.js'
import { overlaps, planOptions, runs } from '../../support/arbitraries.js'
import { ledgerAt } from '../../support/ledger-at.js'
import { NaiveTables } from '../../support/naive-tables.js'
import { chainOfTables } from '../../support/own-table.js'
import { planInput } from '../../support/plan-inputs.js'
import { onlyKey } from '../../support/only-key.js'

const COMMITS = 40

function take(input: PlanInput, commits = COMMITS): Batch[] {
  const source = openBatches(input)
  return Array.from({ length: commits }, () => source.next())
}

/** Follows the commits one by one, and says what is wrong with them. */
function problems(input: PlanInput, batches: readonly Batch[]): string[] {
  const found: string[] = []
  const live = input.tables.map(({ baseline }) => {
    const numbers = [
      ...Array.from({ length: input.baselineRows }, (__, i) => i + 1),
      ...baseline.images.map((__, i) => -i - 1),
    ]
    return new Map(numbers.map((number) => [number, 0]))
  })
  const known = live.map((rows) => new Map(rows))
  const last = input.tables.map(() => input.baselineRows)
  batches.forEach(({ commit, runs: all }, index) => {
    if (commit !== index + 1) found.push(`commit ${commit} in place ${index + 1}`)
    if (all.length === 0) found.push(`commit ${commit} without changes`)
    for (const { kind, table, numbers, versions, again = false } of all) {
      if (numbers.length === 0) found.push('an empty run')
      if (kind === 'insert') {
        const above = numbers.filter((number) => number > last[table]!).length
        if (above !== 0 && above !== numbers.length)
          found.push(`commit ${commit}: INSERTs above and below the last one`)
        if (again !== (above === 0)) found.push(`commit ${commit}: INSERTs of ${numbers.join()} again?`)
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
    input.tables.forEach(({ definition: { parent } }, table) => {
      const parents = live[input.tables.findIndex(({ definition }) => definition.name === parent?.table)]
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

test('a transaction begins no earlier than the rows that it touches then are free', () => {
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
      const early = { runs: batch.runs.slice(0, batch.early) }
      expect(rowsOf(early).filter((row) => touched.has(row))).toEqual([])
      expect(batch.early ?? batch.runs.length).toBeGreaterThan(batch.begins === undefined ? -1 : 0)
      expect(batch.rolledBack === undefined || batch.begins === undefined).toBe(true)
    })
  })
  fc.assert(property, runs(150))
})

test('every row goes through the same changes as without overlap', () => {
  const property = fc.property(planOptions(), overlaps(), (options, overlap) => {
    const changes = (batches: readonly Batch[]): Map<string, string[]> => {
      const rows = new Map<string, string[]>()
      for (const { kind, table, numbers, versions, before } of batches.flatMap((batch) => batch.runs)) {
        numbers.forEach((number, i) => {
          const id = `${table}:${number}`
          const from = kind === 'update' ? (before?.[i] ?? versions[i]! - 1) : ''
          rows.set(id, [...(rows.get(id) ?? []), `${kind} ${from} ${versions[i]}`])
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
      input.tables.forEach(({ definition: { name, key } }, table) => {
        const rows = [...ledger.at(commit).rows(name)]
        expect(new Map(rows.map((row) => [String(row[onlyKey(key)]), row]))).toEqual(naive.rows(table))
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

/** How many transactions that are not late themselves are committed while each late one is open. */
function latenesses(batches: readonly Batch[]): number[] {
  return batches.flatMap(({ commit, begins }) =>
    begins === undefined
      ? []
      : [batches.slice(begins, commit - 1).filter((other) => other.begins === undefined).length],
  )
}

test('late commits are one to four batches late', () => {
  // So rare that the batches in between are whole.
  const batches = take(planInput({ ratio: 0.4, overlap: { ...noOverlap, lateCommit: 0.05 } }), 800)
  expect(new Set(latenesses(batches))).toEqual(new Set([1, 2, 3, 4]))
})

test('what is committed late are new rows, and no batch without changes is left', () => {
  const hazards = { hotKeys: 0, sameKeyChains: 0, reinsert: 0.8, noopUpdates: 0 }
  const overlap = { ...noOverlap, lateCommit: 1 }
  const again = take(planInput({ batchSize: 20, ratio: 0.5, hazards, foreign: [60, 60], overlap }), 200)
  const late = again.filter(({ begins }) => begins !== undefined).flatMap((batch) => batch.runs)
  expect(late.every(({ kind, numbers }) => kind === 'insert' && numbers.every((number) => number > 0))).toBe(true)
  expect(late.length).toBeGreaterThan(40)
  const input = planInput({ tables: 'sales', ratio: { insert: 1 }, overlap })
  expect(problems(input, take(input))).toEqual([])
})

test('a grandchild keeps its parents from coming late', () => {
  const tables = chainOfTables(3)
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const input = planInput({ tables, batchSize: 10, ratio: 0.4, seed, overlap: { ...noOverlap, lateCommit: 0.7 } })
    expect(problems(input, take(input, 100))).toEqual([])
  }
})

test('one long transaction after the other', () => {
  const batches = take(planInput({ overlap: { ...noOverlap, longTransaction: 20 } }), 200)
  const long = batches.filter(({ begins }) => begins !== undefined)
  expect(long.length).toBeGreaterThanOrEqual(8)
  long.forEach(({ begins }, index) => expect(begins).toBeGreaterThan(index === 0 ? 0 : long[index - 1]!.commit))
  expect(latenesses(batches)).toEqual(long.map(() => 20))
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
    // The sales follow at once on those that were written in vain.
    const sales = (changes: Batch['runs']): readonly number[] =>
      changes.find(({ kind, table }) => kind === 'insert' && table === 0)!.numbers
    expect(sales(all)[0]).toBe(sales(rolledBack!).at(-1)! + 1)
  }
})

test('writers overlap as far as their rows allow', () => {
  const overlap = { ...noOverlap, writers: 4 }
  const spans = (options: Parameters<typeof planInput>[0]): number =>
    take(planInput({ overlap, ...options }), 100).filter(({ begins, commit }) => (begins ?? commit) < commit).length
  expect(spans({ tables: 'sales', ratio: { insert: 1 } })).toBe(99)
  expect(spans({ tables: 'sales', ratio: { insert: 1 }, overlap: { ...noOverlap, writers: 2 } })).toBe(99)
  const free = take(planInput({ tables: 'sales', ratio: { insert: 1 }, overlap }), 10)
  expect(free.map(({ begins }) => begins)).toEqual([undefined, 1, 1, 1, 2, 3, 4, 5, 6, 7])
  expect(spans({ ratio: { insert: 70, update: 20, delete: 10 }, baselineRows: 100_000 })).toBeGreaterThan(50)
})

test('nothing is planned ahead where no transaction begins early', () => {
  expect(longestOverlap({ ...noOverlap, rollback: 1 })).toBe(0)
  expect(longestOverlap({ ...noOverlap, writers: 5 })).toBe(4)
})

test('several writers let late transactions begin where they would without them', () => {
  const overlap = { ...noOverlap, lateCommit: 0.3, longTransaction: 9 }
  const alone = take(planInput({ ratio: 0.4, overlap }), 100)
  const beside = take(planInput({ ratio: 0.4, overlap: { ...overlap, writers: 4 } }), 100)
  const late = alone.flatMap(({ commit, begins }) => (begins === undefined ? [] : [[commit, begins]]))
  expect(late.map(([commit]) => [commit, beside[commit! - 1]!.begins])).toEqual(late)
})
