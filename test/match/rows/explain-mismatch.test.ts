import { expect, test } from 'vitest'
import type { Change, Row } from '../../../src/ledger/change.js'
import { compareWithCommits, readTables } from '../../../src/match/rows/compare-with-commits.js'
import { explainCommit } from '../../../src/match/rows/match-commit.js'
import type { Mismatch } from '../../../src/match/anomaly.js'
import { ledgerAt } from '../../support/ledger-at.js'
import { chainOfTables } from '../../support/own-table.js'
import { planInput } from '../../support/plan-inputs.js'
import { tablesOf } from '../../support/table-states.js'

const LAST = 20
const SALES = 'store_sales_heap'
const RETURNS = 'store_returns_heap'
const ledger = ledgerAt(planInput({ batchSize: 20, ratio: { insert: 60, update: 30, delete: 10 } }), () => LAST)
const stream = tablesOf(ledger)

const rowsAt = (commit: number, table = SALES): Map<string, Row> =>
  new Map([...ledger.at(commit).rows(table)].map((row) => [String(Object.values(row)[0]), row]))

/** The changes of a kind whose row is not changed again. */
function lastChanges(kind: Change['kind'], table = SALES): (Change & { commit: number })[] {
  const changes = [...ledger.between(0, LAST)].filter((change) => change.table === table)
  return changes.filter(
    ({ kind: found, key, commit }) =>
      found === kind && commit < LAST && !changes.some((other) => other.key === key && other.commit > commit),
  )
}

function explain(rows: Iterable<object>, limits = {}): Mismatch {
  const mismatch = explainCommit([...rows], stream.table(SALES), limits)
  expect(mismatch).toBeDefined()
  return mismatch!
}

const named = ({ anomalies }: Mismatch): unknown[] => anomalies.map(({ name, key, commit }) => [name, key, commit])

test('a lost insert', () => {
  for (const { key, commit } of lastChanges('insert').slice(0, 20)) {
    const rows = rowsAt(LAST)
    rows.delete(key)
    const mismatch = explain(rows.values())
    expect(mismatch).toMatchObject({ nearest: LAST, differing: 1, count: 1 })
    expect(named(mismatch)).toEqual([['lost insert', key, commit]])
    expect(mismatch.anomalies[0]!.history).toBe(`inserted by commit ${commit}`)
  }
})

test('a lost update', () => {
  for (const { key, commit, before } of lastChanges('update').slice(0, 20)) {
    const rows = rowsAt(LAST)
    rows.set(key, before!)
    const mismatch = explain(rows.values())
    expect(named(mismatch)).toEqual([['lost update', key, commit]])
    const history = ledger.row(SALES, key).history()
    expect(mismatch.anomalies[0]!.text).toContain(
      `shows commit ${history.at(-2)!.commit}, should show commit ${commit} (`,
    )
  }
})

test('a resurrected delete', () => {
  for (const { key, commit, before } of lastChanges('delete').slice(0, 20)) {
    const rows = rowsAt(LAST)
    rows.set(key, before!)
    const mismatch = explain(rows.values())
    expect(named(mismatch)).toEqual([['resurrected delete', key, commit]])
  }
})

test('a phantom', () => {
  const [first] = rowsAt(LAST).values()
  expect(named(explain([...rowsAt(LAST).values(), { ...first, ss_id: '999999' }]))).toEqual([
    ['phantom', '999999', undefined],
  ])
})

test('a duplicate', () => {
  const rows = rowsAt(LAST)
  const [key, row] = [...rows].at(40)!
  const mismatch = explain([...rows.values(), row])
  expect(named(mismatch)).toEqual([['duplicate', key, ledger.row(SALES, key).history().at(-1)!.commit]])
})

test('a value that was not recomputed', () => {
  const { key, commit, before, after } = lastChanges('update').find(
    (change) => change.before!['ss_net_paid'] !== change.after!['ss_net_paid'],
  )!
  const rows = rowsAt(LAST)
  rows.set(key, { ...after!, ss_net_paid: before!['ss_net_paid']! })
  const mismatch = explain(rows.values())
  expect(named(mismatch)).toEqual([['wrong value', key, commit]])
  expect(mismatch.anomalies[0]!.text).toContain(
    `ss_net_paid is ${String(before!['ss_net_paid'])} instead of ${String(after!['ss_net_paid'])}; commit ${commit} wrote it, and the values are those of commit`,
  )
})

test.each([3, 17])('a transaction of which %i changes are there', (shown) => {
  const rows = rowsAt(12)
  const changes = [...ledger.changes(13)].filter(({ table }) => table === SALES)
  for (const { key, after } of changes.slice(0, shown)) {
    if (after) rows.set(key, after)
    else rows.delete(key)
  }
  const mismatch = explain(rows.values())
  expect(mismatch.anomalies).toHaveLength(1)
  expect(mismatch.anomalies[0]).toMatchObject({ name: 'torn transaction', commit: 13 })
  expect(mismatch.anomalies[0]!.text).toContain(`${shown} of the ${changes.length} changes of commit 13 are there`)
})

test('tables of two commits', () => {
  const read = { [SALES]: rowsAt(12).values(), [RETURNS]: rowsAt(14, RETURNS).values() }
  const mismatch = explainCommit(read, stream)!
  expect(mismatch.anomalies[0]).toMatchObject({ name: 'torn transaction', table: RETURNS, commit: 14 })
  expect(mismatch.anomalies[0]!.text).toContain(
    'store_sales_heap is as after commit 12, store_returns_heap is as after commit 14, and no commit has both',
  )
  // Two good reads need no list of rows, but for what each of them cannot tell.
  expect(Object.keys(mismatch.counts)).toEqual(['torn transaction', 'orphan row'])
  expect(mismatch.counts['torn transaction']).toBe(1)
})

test('tables of two commits, of which one is too old', () => {
  const read = { [SALES]: rowsAt(12).values(), [RETURNS]: rowsAt(14, RETURNS).values() }
  const mismatch = explainCommit(read, stream, { since: 14, until: 14 })!
  expect(mismatch.anomalies[0]).toMatchObject({ name: 'torn transaction', table: RETURNS, commit: 14 })
  expect(mismatch.counts['torn transaction']).toBe(1)
})

test('tables of which one has no key', () => {
  const sales = [...rowsAt(12).values()]
  const read = { sales, returns: [...rowsAt(14, RETURNS).values()].slice(1) }
  const tables = { sales: stream.table(SALES).columns(['ss_quantity']), returns: stream.table(RETURNS) }
  expect(explainCommit(read, tables)).toMatchObject({ keyed: false, anomalies: [], counts: {} })
})

test('a return whose sale is missing', () => {
  const [sales, returns] = [rowsAt(LAST), rowsAt(LAST, RETURNS)]
  const key = [...returns.keys()].find((candidate) => ledger.row(SALES, candidate).history()[0]!.commit < LAST)!
  sales.delete(key)
  const mismatch = explainCommit({ [SALES]: sales.values(), [RETURNS]: returns.values() }, stream)!
  expect(mismatch.anomalies.map(({ name, table, key: told }) => [name, table, told])).toEqual([
    ['orphan row', RETURNS, key],
  ])
})

test.each(['lines', 'return_labels'])('a row of `%s` without its parent', (name) => {
  const [parent, child] = chainOfTables(2)
  const tables = [parent!, { ...child!, name }]
  const own = ledgerAt(planInput({ tables, batchSize: 20 }), () => LAST)
  const read = (table: string): Row[] => [...own.at(LAST).rows(table)]
  const key = String(read(name)[0]!['id'])
  const parents = read(parent!.name).filter(({ id }) => id !== key)
  const { anomalies } = explainCommit({ [parent!.name]: parents, [name]: read(name) }, tablesOf(own))!
  expect(anomalies).toMatchObject([{ name: 'orphan row', table: name, key }])
})

test('a read that goes back behind an earlier one', () => {
  const mismatch = explain(rowsAt(9).values(), { since: 12 })
  expect(named(mismatch)[0]).toEqual(['stale read', undefined, 9])
  expect(mismatch.anomalies[0]!.text).toContain('as after commit 9, 3 commits older than commit 12')
})

test('a read that is ahead of the commits that are asked for', () => {
  const mismatch = explain(rowsAt(9).values(), { until: 5 })
  expect(named(mismatch)).toEqual([['out of order', undefined, 9]])
  expect(mismatch.anomalies[0]!.text).toContain('as after commit 9, which is after commit 5')
})

test('of several commits that a read is as after, the nearest one before the range is told', () => {
  const first = stream
    .table(SALES)
    .where((row) => Number(row['ss_id']) <= 20)
    .columns(['ss_id'])
  const keysAt = (commit: number): string[] => [...rowsAt(commit).keys()].filter((key) => Number(key) <= 20)
  const at = (commit: number): string => keysAt(commit).join()
  // Commits after which the same of the first rows are there, and before which others were.
  const last = Array.from({ length: LAST }, (_, commit) => commit).find(
    (commit) => commit > 1 && at(commit) === at(commit - 1) && at(commit) !== at(commit + 1),
  )!
  const rows = keysAt(last).map((ss_id) => ({ ss_id }))
  expect(explainCommit(rows, first, { since: last + 1 })!.anomalies[0]).toMatchObject({
    name: 'stale read',
    commit: last,
  })
})

test('a stale read is told, and not each row that it lacks', () => {
  const readings = readTables([...rowsAt(18).values()], stream.table(SALES))
  const mismatch = compareWithCommits(readings, { since: LAST, until: LAST, because: 'the last one' }).explain()
  expect(mismatch.anomalies).toMatchObject([{ name: 'stale read', commit: 18 }])
  expect(mismatch.differing).toBeGreaterThan(10)
  expect(mismatch).toMatchObject({ count: 1, counts: { 'stale read': 1 } })
})

test('several anomalies, and how many more', () => {
  const rows = rowsAt(LAST)
  const lost = lastChanges('insert').slice(0, 30)
  for (const { key } of lost) rows.delete(key)
  const mismatch = explain(rows.values())
  expect(mismatch.count).toBe(30)
  expect(mismatch.anomalies).toHaveLength(10)
})

test('some of each anomaly, the most telling first', () => {
  const rows = rowsAt(LAST)
  const lost = lastChanges('insert').slice(0, 5)
  for (const { key } of lost) rows.delete(key)
  const [[first, row]] = [...rows] as [[string, Row]]
  // As it never was, and read before what is missing.
  rows.set(first, { ...row, ss_quantity: -5 })
  const mismatch = explain(rows.values())
  expect(mismatch).toMatchObject({ count: 6, counts: { 'lost insert': 5, 'wrong value': 1 } })
  expect(mismatch.anomalies.map(({ name }) => name)).toEqual([
    'lost insert',
    'lost insert',
    'lost insert',
    'wrong value',
  ])
})

test('a missing sale is told by its return, one whose return is missing, too, by itself', () => {
  const [sales, returns] = [rowsAt(LAST), rowsAt(LAST, RETURNS)]
  const unchanged = new Set(lastChanges('insert', RETURNS).map(({ key }) => key))
  const { key } = lastChanges('insert').find((change) => unchanged.has(change.key))!
  const returned = [...returns.keys()].find((other) => other !== key)!
  for (const missing of [returned, key]) sales.delete(missing)
  returns.delete(key)
  const mismatch = explainCommit({ [SALES]: sales.values(), [RETURNS]: returns.values() }, stream)!
  expect(mismatch.anomalies.map(({ name, table, key: told }) => [name, table, told])).toEqual([
    ['orphan row', RETURNS, returned],
    ['lost insert', SALES, key],
    ['lost insert', RETURNS, key],
  ])
})

test('without the key ten rows of each side are shown', () => {
  const rows = [...rowsAt(LAST).values()].map(({ ss_quantity, ss_item_sk }) => ({ ss_quantity, ss_item_sk }))
  const others = Array.from({ length: 12 }, (_, i) => ({ ss_quantity: -1 - i, ss_item_sk: 1 }))
  const mismatch = explainCommit(
    [...rows.slice(12), ...others],
    stream.table(SALES).columns(['ss_quantity', 'ss_item_sk']),
  )!
  expect(mismatch.differing).toBe(24)
  expect(mismatch.difference.missing).toHaveLength(10)
  expect(mismatch.difference.unexpected).toHaveLength(10)
})

test('without the key there is only the difference', () => {
  const rows = [...rowsAt(LAST).values()].map(({ ss_quantity }) => ({ ss_quantity }))
  const mismatch = explainCommit([...rows.slice(1), { ss_quantity: -5 }], stream.table(SALES).columns(['ss_quantity']))!
  expect(mismatch).toMatchObject({ keyed: false, anomalies: [], differing: 2 })
  expect(mismatch.difference).toEqual({
    missing: [`store_sales_heap (ss_quantity ${String(rows[0]!.ss_quantity ?? 'NULL')})`],
    unexpected: ['store_sales_heap (ss_quantity -5)'],
  })
})

test('a commit that is there as a whole is not torn, but before its time', () => {
  const keysOf = (number: number): Set<string> =>
    new Set([...ledger.changes(number)].filter(({ table }) => table === SALES).map(({ key }) => key))
  // The commit between changes none of its rows.
  const commit = [...Array(LAST).keys()].find(
    (number) => number > 8 && [...keysOf(number)].every((key) => !keysOf(number - 1).has(key)),
  )!
  const rows = rowsAt(commit - 2)
  const changes = [...ledger.changes(commit)].filter(({ table }) => table === SALES)
  for (const { key, after } of changes) {
    if (after) rows.set(key, after)
    else rows.delete(key)
  }
  const mismatch = explain(rows.values(), { until: commit - 2 })
  expect(mismatch.nearest).toBe(commit - 2)
  expect(mismatch.anomalies).toMatchObject([{ name: 'out of order', commit }])
  expect(mismatch.anomalies[0]!.text).toContain(`all ${changes.length} changes of commit ${commit} are there`)
})

test('a commit beyond the range that is there as a whole, with a row that is lost', () => {
  const rows = rowsAt(13)
  const { key } = lastChanges('insert').find(({ commit }) => commit < 12)!
  rows.delete(key)
  const mismatch = explain(rows.values(), { until: 12 })
  expect(named(mismatch)).toEqual([
    ['out of order', expect.any(String), 13],
    ['lost insert', key, expect.any(Number)],
  ])
})

test.each([
  ['one of two tables', { [SALES]: [...rowsAt(12).values()], [RETURNS]: [] }, [RETURNS], 12, 0],
  [
    'the other one, with a row that is lost',
    { [SALES]: [], [RETURNS]: [...rowsAt(12, RETURNS).values()].slice(1) },
    [SALES],
    12,
    1,
  ],
  ['both', { [SALES]: [], [RETURNS]: [] }, [SALES, RETURNS], LAST, 0],
] as const)('%s empty', (_, read, tables, nearest, differing) => {
  const mismatch = explainCommit(read, stream, { since: 3 })!
  const empty = mismatch.anomalies.filter(({ name }) => name === 'empty table')
  expect(empty.map(({ table }) => table)).toEqual(nearest === LAST ? [] : tables)
  expect(mismatch.counts['torn transaction']).toBeUndefined()
  if (nearest === LAST) return expect(mismatch.anomalies).toMatchObject([{ name: 'stale read', commit: 0 }])
  expect(mismatch).toMatchObject({ nearest, differing })
  expect(empty[0]!.text).toContain(`after commit ${nearest} it has ${ledger.at(nearest).count(tables[0])}`)
})

test('a table that was read empty and never was', () => {
  const foreign = ledgerAt(planInput({ batchSize: 20, foreign: [50, 0] }), () => 5)
  const mismatch = explainCommit([], tablesOf(foreign).table(SALES), { since: 2 })!
  expect(mismatch).toMatchObject({ compared: false, anomalies: [{ name: 'empty table', commit: 5 }], count: 1 })
})

test('rows that are lost are not taken for rows that a later commit deleted', () => {
  const rows = rowsAt(LAST - 4)
  // Most of a copy is missing: of some of its rows a later commit deletes several.
  for (const key of [...rows.keys()].slice(0, -20)) rows.delete(key)
  const mismatch = explain(rows.values(), { since: LAST - 4, until: LAST - 4 })
  expect(mismatch.counts['torn transaction']).toBeUndefined()
  expect(mismatch.counts['out of order']).toBeUndefined()
  expect(mismatch.count).toBe(mismatch.differing)
})

test('a view that has no rows is not an empty table', () => {
  const none = stream.table(SALES).where(() => false)
  const mismatch = explainCommit({ a: [], b: [...rowsAt(12).values()].slice(1) }, { a: none, b: stream.table(SALES) })!
  expect(mismatch.counts['empty table']).toBeUndefined()
})
