import { type AuditGrade, auditWords, type CommitShare } from '../../audit/audit-grade.js'
import type { Completed } from '../../options/option-table.js'
import { countText, info, type LogLine, warning } from './log-line.js'

/** How consistent and fresh a sink was, a line each. */
export function auditLines(audit: AuditGrade): LogLine[] {
  const { grade, because, reads, during, together, tables, staleness, caughtUp, anomalies, failed, took } = audit
  const shares = Object.entries(tables).map(([name, share]) => `${name} ${shareText(share)}`)
  const joint = together
    ? [`all tables ${shareText(together)}`]
    : ['the sink gives no snapshot of all tables, so each is graded for itself']
  return [
    info(`Audit: ${grade}. ${because}`),
    info(`Reads: ${reads}, ${during} of them before the last commit, p50 ${took.p50} ms, max ${took.max} ms`),
    info(`Reads that are a commit: ${[...joint, ...shares].join('; ')}`),
    ...(staleness
      ? [
          info(`Staleness: ${spread(staleness.milliseconds, ' ms')}`),
          info(`Commits behind: ${spread(staleness.commits, '')}`),
        ]
      : []),
    info(
      caughtUp === null
        ? 'Caught up: never, in the time that it had'
        : `Caught up: ${caughtUp} ms after the last commit, or up to a read earlier`,
    ),
    ...(failed.reads > 0
      ? [warning(`${countText(failed.reads, 'read')} failed, the first with: ${failed.first}`)]
      : []),
    ...anomalies.map(({ text, reads: times, read }) =>
      info(`In ${countText(times, 'read')}, first in read ${read}: ${text}`),
    ),
  ]
}

/** What is not as it was required, in words; undefined where all is. */
export function unmetText(
  { grade, staleness, caughtUp }: AuditGrade,
  { require: wanted, maxStaleness }: Pick<Completed<'audit'>, 'require' | 'maxStaleness'>,
): string | undefined {
  if (wanted !== undefined && auditWords.indexOf(grade) > auditWords.indexOf(wanted)) {
    return `Expected the sink to be ${wanted}, got ${grade}`
  }
  if (maxStaleness === undefined) return undefined
  const worst = staleness?.milliseconds.max
  const within = `Expected the sink to be at most ${maxStaleness} ms stale`
  if (worst === undefined) return `${within}, got no read that is a commit`
  if (caughtUp === null) return `${within}, got one that never caught up`
  return worst > maxStaleness ? `${within}, got ${worst} ms` : undefined
}

function shareText({ commits, share, backwards }: CommitShare): string {
  // Rounded down, so that 100 % are all.
  const percent = `${commits} (${Math.floor(share * 100)} %)`
  return backwards === 0 ? percent : `${percent}, ${backwards} of them older than one before`
}

function spread({ p50, p95, p99, max }: Record<'p50' | 'p95' | 'p99' | 'max', number>, unit: string): string {
  return `p50 ${p50}${unit}, p95 ${p95}${unit}, p99 ${p99}${unit}, max ${max}${unit}`
}
