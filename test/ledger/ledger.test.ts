import fc from 'fast-check'
import { expect, test } from 'vitest'
import { StateError } from '../../src/errors.js'
import type { Change, Row } from '../../src/ledger/change.js'
import { Fingerprint } from '../../src/ledger/fingerprint.js'
import { cdcError } from '../support/cdc-error.js'
import { ledgerAt } from '../support/ledger-at.js'
import type { PlanInput } from '../../src/plan/plan-input.js'
import type { Cell } from '../../src/tables/column.js'
import { planOptions, runs } from '../support/arbitraries.js'
import { NaiveTables } from '../support/naive-tables.js'
import { chainOfTables, ownTable } from '../support/own-table.js'
import { planInput, type PlanOptions } from '../support/plan-inputs.js'
import { planBatches } from '../support/planned-batches.js'
import { onlyKey } from '../support/only-key.js'

/** What the naive model holds of every table after a commit. */
interface Snapshot {
  readonly rows: readonly Map<string, Row>[]
  readonly fingerprints: readonly string[]
}

function fingerprintOf(rows: Iterable<readonly Cell[]>): string {
  const fingerprint = new Fingerprint()
  for (const cells of rows) fingerprint.add(cells)
  return fingerprint.toString()
}

function snapshotsOf(input: PlanInput, commits: number): Snapshot[] {
  const model = new NaiveTables(input)
  const take = (): Snapshot => ({
    rows: input.tables.map((_, table) => model.rows(table)),
    fingerprints: input.tables.map((_, table) => fingerprintOf([...model.cells(table).values()].toReversed())),
  })
  return [take(), ...planBatches(input, commits).map((batch) => (model.apply(batch), take()))]
}

function byKey(rows: Iterable<Row>, key: string): Map<string, Row> {
  const found = new Map<string, Row>()
  for (const row of rows) {
    expect(found.has(String(row[key]))).toBe(false)
    found.set(String(row[key]), row)
  }
  return found
}

const anyTables = fc.oneof(
  planOptions(),
  planOptions().map((options): PlanOptions => ({ ...options, tables: [ownTable] })),
  planOptions().map((options): PlanOptions => ({ ...options, tables: chainOfTables(3) })),
)

test('knows what every table held after every commit, in whatever order it is asked', () => {
  const commits = fc.array(fc.nat(12), { minLength: 3, maxLength: 12 })
  const property = fc.property(anyTables, commits, (options, asked) => {
    const input = planInput(options)
    const ledger = ledgerAt(input, () => 12)
    const snapshots = snapshotsOf(input, 12)
    for (const commit of [...asked, 12, 0]) {
      const state = ledger.at(commit)
      expect(state.commit).toBe(commit)
      input.tables.forEach(({ definition: { name, key } }, table) => {
        const expected = snapshots[commit]!.rows[table]!
        expect(state.count(name)).toBe(expected.size)
        expect(byKey(state.rows(name), onlyKey(key))).toEqual(expected)
        expect(state.fingerprint(name)).toBe(snapshots[commit]!.fingerprints[table])
      })
    }
  })
  fc.assert(property, runs(40))
})

/** Applies changes to rows, and says where they do not fit. */
function applyChanges(tables: ReadonlyMap<string, Map<string, Row>>, changes: Iterable<Change>): string[] {
  const problems: string[] = []
  for (const { kind, table, key, before, after } of changes) {
    const rows = tables.get(table)!
    const says = `${kind} of ${key} in ${table}`
    if ((before === undefined) !== (kind === 'insert')) problems.push(`${says}: before`)
    if ((after === undefined) !== (kind === 'delete')) problems.push(`${says}: after`)
    if (JSON.stringify(rows.get(key)) !== JSON.stringify(before)) problems.push(`${says}: not what was there`)
    if (after === undefined) rows.delete(key)
    else rows.set(key, after)
  }
  return problems
}

test('the changes of every commit lead from one content to the next', () => {
  const property = fc.property(anyTables, (options) => {
    const input = planInput(options)
    const ledger = ledgerAt(input, () => 10)
    const snapshots = snapshotsOf(input, 10)
    const baseline = input.tables.map(
      ({ definition: { name, key } }) => [name, byKey(ledger.at(0).rows(name), onlyKey(key))] as const,
    )
    const tables = new Map(baseline)
    for (let commit = 1; commit <= 10; commit++) {
      expect(applyChanges(tables, ledger.changes(commit))).toEqual([])
      expect([...tables.values()]).toEqual(snapshots[commit]!.rows)
    }
  })
  fc.assert(property, runs(60))
})

test('changes that do not fit are told', () => {
  const ledger = ledgerAt(planInput({ batchSize: 20, ratio: 0.5 }), () => 3)
  const tables = new Map(ledger.tables.map((name) => [name, new Map<string, Row>()]))
  expect(applyChanges(tables, ledger.changes(1))).toEqual([])
  expect(applyChanges(tables, ledger.changes(3)).join()).toContain('not what was there')
})

test('changes come in the order in which they are sent', () => {
  const property = fc.property(planOptions(), (options) => {
    const input = planInput(options)
    const ledger = ledgerAt(input, () => 8)
    const model = new NaiveTables(input)
    for (const batch of planBatches(input, 8)) {
      const sent = batch.runs.flatMap(({ kind, table, numbers }) => {
        const { definition, baseline } = input.tables[table]!
        const { maxKey, images } = baseline
        const keys = numbers.map((number) => (number > 0 ? maxKey + number : (images[-number - 1]![0] as number)))
        return keys.map((key) => `${kind} ${definition.name} ${key}`)
      })
      const told = [...ledger.changes(batch.commit)].map(({ kind, table, key }) => `${kind} ${table} ${key}`)
      expect(told).toEqual(sent)
      model.apply(batch)
    }
  })
  fc.assert(property, runs(60))
})

test('the changes of commit 0 are the rows written as baseline', () => {
  const input = planInput({ baselineRows: 3, foreign: [2, 2] })
  const changes = [...ledgerAt(input, () => 0).changes(0)]
  expect(changes.map(({ kind, table }) => `${kind} ${table}`)).toEqual([
    ...Array<string>(3).fill('insert store_sales_heap'),
    ...Array<string>(3).fill('insert store_returns_heap'),
  ])
})

test('follows the commits that are acknowledged', () => {
  let acknowledged = 0
  const ledger = ledgerAt(planInput({ batchSize: 10 }), () => acknowledged)
  expect(ledger.tables).toEqual(['store_sales_heap', 'store_returns_heap'])
  expect([ledger.commit, ledger.at().count('store_sales_heap')]).toEqual([0, 0])
  acknowledged = 4
  const state = ledger.at()
  expect([ledger.commit, state.commit]).toEqual([4, 4])
  acknowledged = 9
  // A state stays what it was.
  expect([state.commit, state.count('store_sales_heap')]).toEqual([4, ledger.at(4).count('store_sales_heap')])
  expect(ledger.at().count('store_sales_heap')).toBeGreaterThan(state.count('store_sales_heap'))
})

test('knows nothing of commits that were not made, nor of other tables', async () => {
  const ledger = ledgerAt(planInput(), () => 2)
  for (const commit of [3, -1, 1.5, Number.NaN, Infinity]) {
    expect(() => ledger.at(commit)).toThrow(StateError)
    expect(() => [...ledger.changes(commit)]).toThrow(cdcError('ERR_CDC_STATE', 'commit', 0, 2, `\`${commit}\``))
    const reader = { read: () => Promise.reject(new Error('not to be read')) as never }
    expect(() => ledger.verify(reader, { commit })).toThrow(StateError)
  }
  const state = ledger.at(2)
  for (const ask of [state.count, state.fingerprint, (name: string) => [...state.rows(name)]]) {
    expect(() => ask('sales')).toThrow(cdcError('ERR_CDC_OPTIONS', 'store_sales_heap', 'store_returns_heap', '`sales`'))
  }
})

test('rows are computed as they are asked for', () => {
  let computed = 0
  const [table] = chainOfTables(1)
  const counting = {
    ...table!,
    rows: () => ({ fill: (cells: Cell[]) => void (cells[1] = computed += 1) }),
  }
  const ledger = ledgerAt(planInput({ tables: [counting] }), () => 100)
  const rows = ledger.at(100).rows(counting.name)
  expect(computed).toBe(0)
  for (const row of rows) {
    expect(row['id']).toBe('1')
    break
  }
  expect(computed).toBe(1)
})
