import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Row } from '../../src/ledger/change.js'
import { Fingerprint } from '../../src/ledger/fingerprint.js'
import { countChanges } from '../../src/plan/batch.js'
import { openBatches } from '../../src/plan/batch-source.js'
import { clockedTables } from '../support/clocked-tables.js'
import { hazards, planOptions, runs } from '../support/arbitraries.js'
import { ledgerAt } from '../support/ledger-at.js'
import { NaiveTables } from '../support/naive-tables.js'
import { chainOfTables, ownTable } from '../support/own-table.js'
import { planInput, type PlanOptions } from '../support/plan-inputs.js'
import { onlyKey } from '../support/only-key.js'

const COMMITS = 12

const overlaps = fc.record({
  writers: fc.integer({ min: 1, max: 4 }),
  lateCommit: fc.constantFrom(0, 0.5),
  rollback: fc.constantFrom(0, 0.3),
  longTransaction: fc.constantFrom(0, 3),
})

const plans = fc
  .record({
    options: planOptions(),
    hazards: hazards(),
    tables: fc.constantFrom(undefined, [ownTable], chainOfTables(3), clockedTables),
    overlap: fc.option(overlaps, { nil: undefined, freq: 2 }),
  })
  .map(({ options, hazards, tables, overlap }): PlanOptions => ({
    ...options,
    hazards,
    overlap,
    ...(tables && { tables }),
  }))

/** `expect` takes most of the time where nothing differs. */
function expectSame<T>(actual: T, expected: T): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected)
}

// With CDC_TEST_ALL=1, a thousand plans.
test('the ledger equals a naive model under every hazard and mix: rows, counts, fingerprints, changes, histories', () => {
  const property = fc.property(plans, (options) => {
    const input = planInput(options)
    const ledger = ledgerAt(input, () => COMMITS)
    const model = new NaiveTables(input)
    const histories = new Map<string, (Row | undefined)[]>()
    const source = openBatches(input)
    for (const batch of [undefined, ...Array.from({ length: COMMITS }, () => source.next())]) {
      const commit = batch?.commit ?? 0
      const before = input.tables.map((_, table) => model.rows(table))
      if (batch) model.apply(batch)
      input.tables.forEach(({ definition: { name, key } }, table) => {
        const rows = model.rows(table)
        const fingerprint = new Fingerprint()
        for (const cells of model.cells(table).values()) fingerprint.add(cells)
        expect(ledger.at(commit).count(name)).toBe(rows.size)
        const told = [...ledger.at(commit).rows(name)].map((row) => [String(row[onlyKey(key)]), row] as const)
        expect(told).toHaveLength(rows.size)
        expectSame(new Map(told), rows)
        expect(ledger.at(commit).fingerprint(name)).toBe(fingerprint.toString())
        if (!batch) return
        const counts = countChanges({ commit, runs: batch.runs.filter((run) => run.table === table) })
        const { insert: inserts, update: updates, delete: deletes } = counts
        expect(ledger.counts(commit)[name]).toEqual({ inserts, updates, deletes })
        for (const change of ledger.changes(commit)) {
          if (change.table !== name) continue
          expectSame(change.before, before[table]!.get(change.key))
          if (change.after) before[table]!.set(change.key, change.after)
          else before[table]!.delete(change.key)
          const id = `${name}/${change.key}`
          histories.set(id, [...(histories.get(id) ?? []), change.after])
        }
        expectSame(before[table], rows)
      })
    }
    const first = ledger.at(0)
    const old = new Map(
      input.tables.map(({ definition: { name, key } }) => [
        name,
        new Set([...first.rows(name)].map((row) => String(row[onlyKey(key)]))),
      ]),
    )
    for (const [id, versions] of histories) {
      const [name, key] = id.split('/') as [string, string]
      const known = old.get(name)!.has(key) ? 1 : 0
      const told = ledger.row(name, key).history()
      expectSame(
        told.slice(known).map(({ row }) => row),
        versions,
      )
    }
  })
  fc.assert(property, runs(100))
}, 240_000)
