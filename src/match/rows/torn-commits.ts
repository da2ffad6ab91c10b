import type { Anomaly } from '../anomaly.js'
import type { Finding } from './finding.js'
import type { RowKeys } from './row-difference.js'

/** Transactions that were read in part, and the findings that they do not account for. */
export interface TornCommits {
  readonly torn: readonly Anomaly[]
  readonly rest: readonly Finding[]
}

const LOST: ReadonlySet<string> = new Set(['lost insert', 'lost update', 'resurrected delete'])

/**
 * Puts together what comes from reading while a transaction took effect: changes of commits after the nearest one that
 * are visible already, and changes of the nearest one that are not visible yet. A single change that is missing counts
 * as lost: there is nothing by which it differs. A commit that is there as a whole is not torn, but before its time.
 */
export function tornCommits(keys: readonly RowKeys[], findings: readonly Finding[], nearest: number): TornCommits {
  const changesOf = (commit: number): number => keys.reduce((total, key) => total + key.changesOf(commit), 0)
  const torn: Anomaly[] = []
  const accounted = new Set<Finding>()
  const areSomeLost = findings.some(({ given, early: later }) => given === undefined && later === undefined)
  const early = new Set(findings.flatMap((finding) => finding.early ?? []))
  for (const commit of early) {
    const group = findings.filter((finding) => finding.early === commit)
    // A row that is missing may as well be lost as deleted early: more so where others are lost that nothing deletes.
    if (group.every(({ given }) => given === undefined) && (group.length < 2 || areSomeLost)) continue
    const total = changesOf(commit)
    torn.push(
      group.length < total ? describe(group, commit, group.length, total) : describeWhole(group, commit, nearest),
    )
    for (const finding of group) accounted.add(finding)
  }
  const late = findings.filter(
    (finding) => finding.commit === nearest && LOST.has(finding.name) && !accounted.has(finding),
  )
  const total = late.length > 1 ? changesOf(nearest) : 0
  if (late.length > 1 && total > late.length) {
    torn.push(describe(late, nearest, total - late.length, total))
    for (const finding of late) accounted.add(finding)
  }
  return { torn, rest: findings.filter((finding) => !accounted.has(finding)) }
}

function describe(group: readonly Finding[], commit: number, shown: number, total: number): Anomaly {
  const text = `torn transaction: ${shown} of the ${total} changes of commit ${commit} are there, ${rowOf(group)} is one that tells`
  return anomalyOf(group, 'torn transaction', commit, text)
}

function describeWhole(group: readonly Finding[], commit: number, nearest: number): Anomaly {
  const before = commit === nearest + 1 ? `is as after commit ${nearest}` : `lacks commits between ${nearest} and it`
  const changes = group.length === 1 ? 'the one change' : `all ${group.length} changes`
  const text = `out of order: ${changes} of commit ${commit} are there, but the rest ${before}; ${rowOf(group)} is one that tells`
  return anomalyOf(group, 'out of order', commit, text)
}

function rowOf([first]: readonly Finding[]): string {
  return `${first!.reading.name} ${first!.key}`
}

function anomalyOf([first]: readonly Finding[], name: Anomaly['name'], commit: number, text: string): Anomaly {
  return { name, table: first!.reading.name, key: first!.key, commit, text, history: first!.states?.toString() }
}
