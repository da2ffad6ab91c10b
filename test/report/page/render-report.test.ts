import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readChartLibrary, renderReport } from '../../../src/report/page/render-report.js'
import { escapeHtml, scriptJson } from '../../../src/report/page/html.js'
import type { ReportFacts } from '../../../src/report/report-facts.js'
import { withoutSecrets } from '../../../src/report/without-secrets.js'
import { runs } from '../../support/arbitraries.js'
import { factsOf, scoreWith, testFactsOf } from '../../support/report-facts.js'

const library = { script: 'var uPlot', style: '.uplot {}' }
const render = (facts: ReportFacts): string => renderReport(facts, library)

const HOSTILE = [
  '<script>alert(1)</script>',
  '</script><img src=x onerror=alert(1)>',
  "\"><b onmouseover='x'>",
  '<!-- ${html} -->',
  '</pre></td></title></style>',
  '&lt;b&gt;',
]

test('no text becomes markup, wherever it stands', () => {
  const shape = (text: string): string => {
    const base = factsOf({ outcome: text, replay: text, seed: 1 })
    const failed = testFactsOf({
      name: text,
      file: text,
      replay: text,
      state: 'failed',
      failures: [text, text],
      mutation: scoreWith(text),
    })
    const facts: ReportFacts = {
      ...base,
      source: text as 'Vitest',
      version: text,
      tests: [failed, testFactsOf({ name: text })],
      tables: [{ table: text, inserts: 1, updates: 2, deletes: 3 }],
      faults: [{ kind: 'retry', at: 0, commit: 1, times: 1, text }],
    }
    const page = render(facts)
    if (text !== 'harmlesstext') expect(page).not.toContain(text)
    expect(page.split(escapeHtml(text)).length).toBeGreaterThan(12)
    return page.replaceAll(escapeHtml(text), '')
  }
  const harmless = shape('harmlesstext')
  for (const text of HOSTILE) expect(shape(text), text).toBe(harmless)
})

test('escaped text has no character that means something, and can be read back', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.oneof(fc.constantFrom('<', '>', '"', "'", '&'), fc.string({ unit: 'grapheme', maxLength: 1 })),
      }),
      (text) => {
        const escaped = escapeHtml(text)
        expect(escaped).not.toMatch(/[<>"']/)
        expect(escaped.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toContain('&')
      },
    ),
    runs(300),
  )
  expect(escapeHtml('a\u001b[31m\u0000\u202eb\n\tc')).toBe(String.raw`a\u001b[31m\u0000\u202eb` + '\n\tc')
})

test('data for the script of the page cannot end its element', () => {
  const { markup } = scriptJson({ text: '</script><!--<script>' })
  expect(markup).not.toContain('<')
  expect(JSON.parse(markup)).toEqual({ text: '</script><!--<script>' })
})

test('the page holds the figures of the facts', () => {
  const page = render({ ...factsOf(), commits: 12_345, changesPerSecond: 6789, seed: 4_242_424_242 })
  for (const [name, value] of [
    ['commits', '12,345'],
    ['changes', '80'],
    ['changes/s', '6,789'],
    ['mean latency', '20 ms'],
    ['retries', '1'],
    ['seed', '4242424242'],
  ]) {
    expect(page).toMatch(new RegExp(`<dt>${name}</dt>\\s*<dd>${value}</dd>`))
  }
  expect(page).toMatch(/orders\s*<\/th>\s*<td>50<\/td>\s*<td>20<\/td>\s*<td>10<\/td>\s*<td>80<\/td>/)
  expect(page).toContain('connection terminated')
})

test('failed tests come first, with what they failed with', () => {
  const tests = [testFactsOf(), testFactsOf({ name: 'torn', state: 'failed', failures: ['torn read of commit 7'] })]
  const page = render(factsOf({ state: 'failed', tests }))
  expect(page).toMatch(/<h3>torn<\/h3>[^]*torn read of commit 7[^]*CDC_REPLAY=abc[^]*Tests that used a stream/)
  expect(page).toMatch(/<tbody>\s*<tr>\s*<th scope="row">\s*torn/)
})

test('a page without tests and commits says so, and draws nothing', () => {
  const facts = { ...factsOf({ tests: [] }), began: null, intervals: [], points: [], commits: 0, faults: [] }
  const page = render(facts)
  expect(page).toContain('No commits')
  expect(page).not.toContain('Retries and lost answers')
  expect(page).not.toContain('class="chart"')
})

test('the page needs nothing but itself', async () => {
  const whole = renderReport(factsOf({ tests: [testFactsOf()] }), await readChartLibrary())
  expect(whole).toContain('Copyright (c)')
  expect(whole).toMatch(/default-src 'none'|default-src &#39;none&#39;/)
  expect(whole).not.toMatch(/<(?:link|img|iframe|script)[^>]+(?:src|href)=|@import|url\(/)
  expect(whole.match(/<\/script>/g)).toHaveLength(3)
})

test('the policy allows exactly the scripts of the page', async () => {
  const { createHash } = await import('node:crypto')
  const page = render(factsOf())
  const scripts = [...page.matchAll(/<script>([^]*?)<\/script>/g)].map(([, script = '']) => script)
  const hashes = scripts.map((script) => createHash('sha256').update(script).digest('base64'))
  const [, allowed = ''] = /script-src ([^;]*);/.exec(page.replaceAll('&#39;', "'"))!
  expect(allowed.split(' ')).toEqual(hashes.map((hash) => `'sha256-${hash}'`))
  expect(scripts).toHaveLength(2)
})

test('neither passwords nor connection strings nor terminal codes get into the facts', () => {
  const text = '\u001b[31mpostgresql://me:hunter22@db:5432/x?a=b\u001b[39m and postgres://db/y, hunter22'
  const facts = withoutSecrets(factsOf({ outcome: text, tests: [testFactsOf({ failures: [text] })] }), (given) =>
    given.replaceAll('hunter22', '***'),
  )
  expect(facts.outcome).toBe('postgresql://*** and postgres://*** ***')
  expect(facts.tests?.[0]?.failures).toEqual([facts.outcome])
  expect(facts.points).toEqual(factsOf().points)
})
