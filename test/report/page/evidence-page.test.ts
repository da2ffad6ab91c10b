import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundEvidence, evidenceInWords } from '../../../src/report/evidence.js'
import { renderEvidence } from '../../../src/report/page/evidence-page.js'
import { escapeHtml } from '../../../src/report/page/html.js'
import { runs } from '../../support/arbitraries.js'
import { evidenceFactsOf } from '../../support/report-facts.js'

const HOSTILE = ['</pre></td><script>alert(1)</script>', `"><b onmouseover='x'>`, '<!-- ${html} -->', '&lt;b&gt;']
const DATA = /href="(data:[^"]*)"/

test('no text becomes markup, and the page runs and fetches nothing', () => {
  const shape = (text: string): string => {
    const page = renderEvidence(evidenceFactsOf(text)).replace(DATA, 'href=""')
    expect(page).toMatch(
      /Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; base/,
    )
    expect(page).not.toContain('<script')
    return page.replaceAll(escapeHtml(text), '')
  }
  const harmless = shape('harmlesstext')
  for (const text of HOSTILE) expect(shape(text), text).toBe(harmless)
})

test('the page brings its facts along as JSON', () => {
  for (const text of [...HOSTILE, 'a # b % c ü']) {
    const facts = evidenceFactsOf(text)
    const [, url] = DATA.exec(renderEvidence(facts))!
    const json = decodeURIComponent(url!.slice(url!.indexOf(',') + 1).replaceAll('&#39;', "'"))
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(facts)))
  }
})

test('evidence is one line of bounded length, whatever its texts', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '\n', ' ', '\t', '|'), maxLength: 2000 }), (text) => {
      const { evidence } = evidenceFactsOf(text)
      for (const given of [evidence, { ...evidence, where: undefined }, { ...evidence, anomalies: [] }]) {
        const line = evidenceInWords(given)
        expect(line.length).toBeLessThanOrEqual(200)
        expect(line).not.toMatch(/[\n\t]/)
      }
    }),
    runs(100),
  )
})

test('evidence is bounded, and says where it was cut', () => {
  const { evidence } = evidenceFactsOf('x'.repeat(100_000))
  const many = {
    ...evidence,
    anomalies: Array.from({ length: 500 }, () => ({ ...evidence.anomalies[0]!, table: 'orders' })),
  }
  const bounded = boundEvidence(many)
  expect(JSON.stringify({ ...bounded, places: [] }).length).toBeLessThan(150_000)
  expect(bounded.text).toContain('100000 characters')
  expect(bounded.anomalies).toHaveLength(20)
  expect(boundEvidence(evidenceFactsOf('short').evidence)).toEqual(evidenceFactsOf('short').evidence)
})
