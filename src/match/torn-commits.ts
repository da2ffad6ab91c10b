import { keyColumn } from '../ledger/view.js'
import type { Anomaly } from './anomaly.js'
import type { Finding } from './finding.js'
import { type Reading, sameCells } from './reading.js'
import { RowStates } from './row-states.js'

/** Transactions that were read in part, and the findings that they do not account for. */
export interface TornCommits {
  readonly torn: readonly Anomaly[]
  readonly rest: readonly Finding[]
}

const LOST: ReadonlySet<string> = new Set(['lost insert', 'lost update', 'resurrected delete'])

/**
 * Puts together what comes from reading while a transaction took effect: changes of commits after the nearest one that
 * are visible already, and changes of the nearest one that are not visible yet. A single change that is missing counts
 * as lost: there is nothing that tells it apart.
 */
export function tornCommits(readings: readonly Reading[], findings: readonly Finding[], nearest: number): TornCommits {
  const torn: Anomaly[] = []
  const accounted = new Set<Finding>()
  const early = new Set(findings.flatMap((finding) => finding.early ?? []))
  for (const commit of early) {
    const group = findings.filter((finding) => finding.early === commit)
    // A row that is missing may as well be lost as deleted early.
    if (group.every(({ given }) => given === undefined) && group.length < 2) continue
    torn.push(describe(readings, group, commit, group.length))
    for (const finding of group) accounted.add(finding)
  }
  const late = findings.filter(
    (finding) => finding.commit === nearest && LOST.has(finding.name) && !accounted.has(finding),
  )
  const total = late.length > 1 ? changesInView(readings, nearest) : 0
  if (late.length > 1 && total > late.length) {
    torn.push(describe(readings, late, nearest, total - late.length))
    for (const finding of late) accounted.add(finding)
  }
  return { torn, rest: findings.filter((finding) => !accounted.has(finding)) }
}

function describe(readings: readonly Reading[], group: readonly Finding[], commit: number, shown: number): Anomaly {
  const [first] = group
  const total = changesInView(readings, commit)
  return {
    name: 'torn transaction',
    table: first!.reading.name,
    key: first!.key,
    commit,
    text: `torn transaction: ${shown} of the ${total} changes of commit ${commit} are there, ${first!.reading.name} ${first!.key} is one that tells`,
    history: first!.states?.toString(),
  }
}

/** How many rows of the views a commit changed. */
function changesInView(readings: readonly Reading[], commit: number): number {
  let changes = 0
  for (const reading of readings) {
    if (keyColumn(reading.view) < 0) continue
    const { history } = reading.table
    const numbers = new Set(history.insertedBy(commit))
    for (const { number } of history.changedBy(commit)) numbers.add(number)
    for (const number of numbers) {
      const states = new RowStates(reading, number)
      const [before, after] = [states.cellsAt(states.at(commit - 1)), states.cellsAt(states.at(commit))]
      if (before && after ? !sameCells(before, after) : before !== after) changes += 1
    }
  }
  return changes
}
