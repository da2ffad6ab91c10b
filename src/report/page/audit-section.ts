import type { AuditAnomaly, AuditGrade, CommitShare, FreshnessPoint, ReadVerdict } from '../../audit/audit-grade.js'
import { count, duration } from '../figures.js'
import { type Chart, chartFigure } from './charts.js'
import { figureList, type Figures, scrolledTable, section } from './elements.js'
import { html, type Html } from './html.js'

/** Freshness over time: a gap in the line where what was read is no commit. */
export function auditChart({ curve }: AuditGrade): Chart {
  return {
    id: 'freshness',
    title: 'Freshness',
    about: 'By how many milliseconds a read was stale when it began; no line where what was read is no commit.',
    unit: 'ms',
    labels: ['staleness'],
    steps: false,
    data: [curve.map(({ at }) => at / 1000), curve.map(({ milliseconds }) => milliseconds)],
  }
}

/** How consistent and how fresh the sink was: the grade, the shares, freshness over time, and the anomalies. */
export function auditSection(audit: AuditGrade): Html {
  const { grade, because, curve, anomalies } = audit
  const isGood = grade === 'exact' || grade === 'per table'
  return section(
    'audit',
    'Audit of the sink',
    html`<p><span class="state ${isGood ? 'passed' : 'failed'}">${grade}</span> ${because}</p>`,
    figureList(figuresOf(audit)),
    shareTable(audit),
    html`<h3>Freshness and grade, read by read</h3>`,
    chartFigure(auditChart(audit)),
    html`<details>
      <summary>Reads as a table</summary>
      ${scrolledTable({ label: 'Reads', heads: ['from', 'reads', 'grade', 'commits behind', 'stale'], rows: curve.map(pointRow) })}
    </details>`,
    anomalies.length === 0
      ? undefined
      : scrolledTable({
          label: 'Anomalies',
          kind: 'texts anomalies',
          heads: ['anomaly', 'reads', 'first'],
          rows: anomalies.map(anomalyRow),
        }),
  )
}

function figuresOf({ reads, during, staleness, caughtUp, failed, took, leftOver }: AuditGrade): Figures {
  const { commits, milliseconds } = staleness ?? {}
  return [
    ['reads', count(reads)],
    ['while commits came', count(during)],
    ['reads that failed', count(failed.reads)],
    ['slowest read', duration(took.max)],
    ['stale, p50', duration(milliseconds?.p50 ?? null)],
    ['stale, p95', duration(milliseconds?.p95 ?? null)],
    ['stale, p99', duration(milliseconds?.p99 ?? null)],
    ['stale, at most', duration(milliseconds?.max ?? null)],
    ['commits behind, at most', commits ? count(commits.max) : '–'],
    ['caught up after', duration(caughtUp)],
    ['changes missing', count(leftOver.missing)],
    ['rows too many', count(leftOver.extra)],
  ]
}

function shareTable({ together, tables, reads }: AuditGrade): Html {
  const row = (name: string, { commits, share, backwards }: CommitShare): Html =>
    html`<tr>
      <th scope="row">${name}</th>
      <td>${count(commits)} of ${count(reads)}</td>
      <td>${Math.floor(share * 100)} %</td>
      <td>${count(backwards)}</td>
    </tr>`
  const rows = Object.entries(tables).map(([name, share]) => row(name, share))
  return html`${
    together ? undefined : html`<p>The sink gives no snapshot of all tables, so each is graded for itself.</p>`
  }
  ${scrolledTable({
    label: 'Reads that are a commit',
    heads: ['table', 'a commit', 'share', 'went back'],
    rows: together ? [row('all together', together), ...rows] : rows,
  })}`
}

const CLASSES: Readonly<Record<ReadVerdict, string>> = {
  commit: 'passed',
  'per table': 'pending',
  'no commit': 'failed',
  backwards: 'failed',
}

function pointRow({ at, reads, verdict, commits, milliseconds }: FreshnessPoint): Html {
  return html`<tr>
    <th scope="row">${duration(at)}</th>
    <td>${count(reads)}</td>
    <td><span class="state ${CLASSES[verdict]}">${verdict}</span></td>
    <td>${commits === null ? '–' : count(commits)}</td>
    <td>${duration(milliseconds)}</td>
  </tr>`
}

function anomalyRow({ name, reads, read, text, history }: AuditAnomaly): Html {
  const said = text.startsWith(`${name}: `) ? text.slice(name.length + 2) : text
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${count(reads)}</td>
    <td class="text">
      Read ${count(read)}:
      ${said}${history === undefined ? undefined : html`<span class="file">history: ${history}</span>`}
    </td>
  </tr>`
}
