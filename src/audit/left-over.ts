import { createAccumulator } from '../ledger/accumulator.js'
import { balances, type Reading, rowText } from '../match/rows/reading.js'
import { rowKeys } from '../match/rows/row-keys.js'
import type { LeftOver } from './audit-read.js'

/** Whether a row was read that the table has after no commit. Sums are of many rows: what they show is judged at the end only. */
export function hasForeignRow(reading: Reading): boolean {
  if (reading.view.sums) return false
  const keys = rowKeys(reading)
  if (!keys) return [...mostAtOnce(reading).values()].includes(0)
  // Rows that are as after a commit need no look at their history.
  return keys
    .differences(reading.until)
    .some(({ given, states }) => given !== undefined && states?.showing(given, 0) === undefined)
}

/** What a reading lacks of the table after a commit, and has beside it. */
export function leftOver(reading: Reading, commit: number): LeftOver {
  const found = { missing: 0, extra: 0 }
  const keys = rowKeys(reading)
  if (keys) {
    for (const { given, states, times } of keys.differences(commit)) {
      const isHad = given === undefined || states?.showing(given, 0) !== undefined
      found[isHad && times <= 1 ? 'missing' : 'extra'] += 1
    }
    return found
  }
  const most = mostAtOnce(reading)
  const given = countTexts(reading.rows)
  for (const { row, balance } of balances(reading, commit)) {
    if (balance > 0) found.missing += balance
    if (balance >= 0) continue
    const tooMany = Math.max(0, given.get(rowText(row))! - most.get(rowText(row))!)
    found.extra += tooMany
    found.missing += Math.max(0, -balance - tooMany)
  }
  return found
}

/** Of the rows that were read, by their text, how many of each the table ever had at the same time. */
function mostAtOnce({ table, view, rows, until }: Reading): ReadonlyMap<string, number> {
  const most = new Map([...countTexts(rows).keys()].map((text) => [text, 0]))
  const now = new Map<string, number>()
  const add = (text: string, by: number): void => {
    if (most.has(text)) now.set(text, (now.get(text) ?? 0) + by)
  }
  const accumulator = createAccumulator(table.rows.definition.columns, view, {
    enter: (cells) => add(rowText(cells), 1),
    leave: (cells) => add(rowText(cells), -1),
  })
  for (let commit = 0; commit <= until; commit++) {
    table.applyCommit(commit, accumulator)
    for (const [text, count] of now) most.set(text, Math.max(most.get(text)!, count))
  }
  return most
}

function countTexts(rows: Reading['rows']): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(rowText(row), (counts.get(rowText(row)) ?? 0) + 1)
  return counts
}
