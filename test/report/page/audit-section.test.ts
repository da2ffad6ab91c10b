import { expect, test } from 'vitest'
import type { AuditGrade } from '../../../src/audit/audit-grade.js'
import { auditChart, auditSection } from '../../../src/report/page/audit-section.js'
import { renderReport } from '../../../src/report/page/render-report.js'
import { factsOf } from '../../support/report-facts.js'

const spread = { p50: 1, p95: 2, p99: 3, max: 1234 }
const audit = (text: string): AuditGrade => ({
  grade: 'eventually',
  because: text,
  reads: 3,
  failed: { reads: 0, first: undefined },
  during: 2,
  commits: 9,
  together: { commits: 1, share: 1 / 3, backwards: 0 },
  tables: { [text]: { commits: 2, share: 2 / 3, backwards: 1 } },
  staleness: { reads: 2, commits: spread, milliseconds: spread, age: spread },
  took: spread,
  arrived: true,
  caughtUp: null,
  leftOver: { missing: 0, extra: 0 },
  anomalies: [{ name: 'phantom', table: text, key: text, commit: 1, text, history: text, reads: 1, read: 2, at: 50 }],
  curve: [
    { at: 0, reads: 1, bad: 0, verdict: 'commit', commits: 0, milliseconds: 0 },
    { at: 50, reads: 1, bad: 1, verdict: 'no commit', commits: null, milliseconds: null },
    { at: 100, reads: 1, bad: 1, verdict: 'backwards', commits: 3, milliseconds: 40 },
  ],
})

test('the page has the grade, the shares, and each read with its grade', () => {
  const page = renderReport({ ...factsOf(), audit: audit('why') }, { script: '', style: '' })
  expect(page).toMatch(/Audit of the sink[^]*class="state failed">eventually<\/span\s*>\s*why/)
  expect(page).toMatch(/<dt>stale, at most<\/dt>\s*<dd>1.23 s<\/dd>/)
  expect(page).toMatch(/all together\s*<\/th>\s*<td>1 of 3<\/td>\s*<td>33 %<\/td>/)
  expect(page).toMatch(/<td><span class="state failed">backwards<\/span><\/td>\s*<td>3<\/td>\s*<td>40 ms<\/td>/)
  const charts = JSON.parse(/id="charts">([^]*?)<\/script>/.exec(page)![1]!) as { id: string; data: unknown }[]
  expect(charts.at(-1)).toMatchObject({
    id: 'freshness',
    data: [
      [0, 0.05, 0.1],
      [0, null, 40],
    ],
  })
  expect(renderReport(factsOf(), { script: '', style: '' })).not.toContain('Audit of the sink')
})

test('no text becomes markup', () => {
  const { markup } = auditSection(audit('</td><script>alert(1)</script>'))
  expect(markup).not.toContain('<script>')
  expect(markup.split('&lt;script&gt;').length).toBeGreaterThan(4)
  expect(auditChart(audit('x')).labels).toHaveLength(1)
})
