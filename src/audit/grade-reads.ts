import type { CommitRange } from '../match/commit-target.js'
import type { AuditFacts, AuditRead } from './audit-read.js'
import type { AuditGrade, AuditWord, CommitShare } from './audit-grade.js'
import { commonRanges, includesCommit } from './commit-ranges.js'
import { freshnessCurve } from './freshness-curve.js'
import { listAnomalies } from './list-anomalies.js'
import { followOrder, type OrderedReads } from './order.js'
import { type Percentiles, percentilesOf } from './percentiles.js'
import { type Behind, stalenessOf } from './staleness.js'

/** Grades a sink by what was read of it. */
export function gradeReads(facts: AuditFacts): AuditGrade {
  const { reads, commit, leftOver, timeOf } = facts
  const names = Object.keys(reads[0]?.tables ?? {})
  const isJoint = facts.snapshots || names.length === 1
  const commitsOf = (read: AuditRead, name: string): readonly CommitRange[] => read.tables[name]?.commits ?? []
  const tables = names.map((name) => ({ name, order: followOrder(reads.map((read) => commitsOf(read, name))) }))
  const together = isJoint
    ? followOrder(reads.map((read) => commonRanges(names.map((name) => commitsOf(read, name)))))
    : undefined
  const behind = reads.map((read, index): Behind | undefined => {
    const shown = together?.newest[index] ?? oldest(tables.map(({ order }) => order.newest[index]))
    return shown === undefined ? undefined : stalenessOf(shown, read, timeOf)
  })
  const isLast = (read: AuditRead): boolean => names.every((name) => includesCommit(commitsOf(read, name), commit))
  const departed = reads.findLastIndex((read) => !isLast(read))
  const arrival = reads[departed + 1]
  const verdicts = { tables, together, arrived: arrival !== undefined }
  const known = behind.filter((one) => one !== undefined)
  const spread = (of: keyof Behind): Percentiles | undefined => percentilesOf(known.map((one) => one[of]))
  const [commits, milliseconds, age] = [spread('commits'), spread('milliseconds'), spread('age')]
  return {
    ...word(facts, verdicts),
    reads: reads.length,
    failed: facts.failed,
    during: reads.filter(({ acknowledged }) => acknowledged < commit).length,
    commits: commit,
    together: together && shareOf(together),
    tables: Object.fromEntries(tables.map(({ name, order }) => [name, shareOf(order)])),
    staleness: commits && milliseconds && age && { reads: known.length, commits, milliseconds, age },
    took: percentilesOf(reads.map(({ began, ended }) => ended - began)) ?? { p50: 0, p95: 0, p99: 0, max: 0 },
    arrived: verdicts.arrived,
    caughtUp: arrival === undefined ? null : Math.max(0, arrival.ended - (timeOf(commit) ?? arrival.ended)),
    leftOver: verdicts.arrived ? { missing: 0, extra: 0 } : leftOver,
    anomalies: listAnomalies(reads, verdicts),
    curve: freshnessCurve(reads, verdicts, behind),
  }
}

/** What the reads show, table by table and together. */
interface Verdicts {
  readonly tables: readonly { readonly name: string; readonly order: OrderedReads }[]
  /** Undefined where the tables of a read are not of one moment. */
  readonly together: OrderedReads | undefined
  readonly arrived: boolean
}

function word(
  { reads, leftOver, commit }: AuditFacts,
  { tables, together, arrived }: Verdicts,
): { grade: AuditWord; because: string } {
  const of = (grade: AuditWord, because: string): { grade: AuditWord; because: string } => ({ grade, because })
  const foreign = reads.findIndex((read) => Object.values(read.tables).some((table) => table.foreign))
  if (foreign >= 0) return of('wrong', `Read ${foreign + 1} has a row that no commit ever had.`)
  if (!arrived && leftOver.extra > 0) {
    return of('wrong', `At the end ${rows(leftOver.extra)} there too often, or as no commit ever had them.`)
  }
  if (!arrived)
    return of('lossy', `At the end changes are missing in ${leftOver.missing} rows, after commit ${commit}.`)
  if (together && isRight(together)) return of('exact', 'Each read is a commit of all tables, in order.')
  const broken = tables.find(({ order }) => !isRight(order))
  if (!broken) {
    const why = together ? reasonOf(together, 'a commit of all tables') : 'the sink gives no snapshot of all tables'
    return of('per table', `Each table is a commit in each read, in order; ${why}.`)
  }
  return of('eventually', `Of ${broken.name}, ${reasonOf(broken.order, 'a commit')}; at the end all is there.`)
}

const rows = (count: number): string => (count === 1 ? '1 row is' : `${count} rows are`)

function isRight({ newest, backwards }: OrderedReads): boolean {
  return backwards.size === 0 && !newest.includes(undefined)
}

function reasonOf({ newest, backwards }: OrderedReads, what: string): string {
  const without = newest.filter((commit) => commit === undefined).length
  const parts = [
    ...(without > 0 ? [`${without} of ${newest.length} reads are not ${what}`] : []),
    ...(backwards.size > 0 ? [`${backwards.size} of ${newest.length} reads go back`] : []),
  ]
  return parts.join(', and ')
}

function shareOf({ newest, backwards }: OrderedReads): CommitShare {
  const commits = newest.filter((commit) => commit !== undefined).length
  return { commits, share: newest.length === 0 ? 0 : commits / newest.length, backwards: backwards.size }
}

function oldest(commits: readonly (number | undefined)[]): number | undefined {
  const known = commits.filter((commit) => commit !== undefined)
  return known.length === commits.length ? Math.min(...known) : undefined
}
