import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openBatches } from '../../src/plan/batch-source.js'
import { hazards, overlaps, planOptions, runs } from '../support/arbitraries.js'
import { clockedTable, clockedTables } from '../support/clocked-tables.js'
import { planInput, type PlanOptions } from '../support/plan-inputs.js'

const COMMITS = 25

const plans = fc
  .record({ options: planOptions(), hazards: hazards(), overlap: fc.option(overlaps(), { nil: undefined }) })
  .map(({ options, ...rest }): PlanOptions => ({ ...options, ...rest, tables: clockedTables }))

test('each version has the time of the commit that made it, and keeps it as long as it stands', () => {
  const property = fc.property(plans, (options) => {
    const source = openBatches(planInput(options))
    const made = new Map<string, number>()
    const wrong: unknown[] = []
    for (let commit = 1; commit <= COMMITS; commit++) {
      // A commit has one time in each table.
      const fresh = new Map<number, number>()
      for (const { kind, table, numbers, versions, before, times = [], timesBefore = [] } of source.next().runs) {
        numbers.forEach((number, index) => {
          const version = versions[index]!
          const id = (one: number): string => `${table}/${number}@${one}`
          const previous = before?.[index] ?? version - 1
          const isNew = kind !== 'delete' && (kind === 'insert' || previous !== version)
          const time = times[index]!
          const expected = isNew ? (fresh.get(table) ?? time) : (made.get(id(version)) ?? 0)
          if (time !== expected || (isNew && made.has(id(version)))) wrong.push({ commit, kind, number, version, time })
          if (kind === 'update' && timesBefore[index] !== (made.get(id(previous)) ?? 0)) wrong.push({ commit, number })
          if (!isNew) return
          fresh.set(table, time)
          made.set(id(version), time)
        })
      }
      if ((fresh.get(0) ?? commit) !== commit) wrong.push({ commit })
    }
    expect(wrong).toEqual([])
  })
  fc.assert(property, runs(60))
})

test('a late commit is stamped before commits that were seen before it', () => {
  const overlap = { writers: 1, lateCommit: 0.5, rollback: 0, longTransaction: 0 }
  const input = planInput({ tables: [clockedTable({ order: 'begin' })], batchSize: 20, ratio: { insert: 1 }, overlap })
  const source = openBatches(input)
  let [latest, late] = [0, 0]
  for (let made = 0; made < 40; made++) {
    const { commit, begins = commit, runs: changes } = source.next()
    const time = changes.find(({ kind }) => kind === 'insert')?.times?.[0] ?? 0
    expect(time).toBe(begins < commit ? begins - 1 : commit)
    if (time < latest) late += 1
    latest = Math.max(latest, time)
  }
  expect(late).toBeGreaterThan(5)
})

test('a table without a clock has no times', () => {
  const input = planInput({
    tables: 'both',
    overlap: { writers: 3, lateCommit: 0.3, rollback: 0.2, longTransaction: 0 },
  })
  const source = openBatches(input)
  for (let made = 0; made < 10; made++) {
    for (const run of source.next().runs) expect(run.times ?? run.timesBefore).toBeUndefined()
  }
})
