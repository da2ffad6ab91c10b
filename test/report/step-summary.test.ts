import { expect, test } from 'vitest'
import { codeBlock, plainText, stepSummary } from '../../src/report/step-summary.js'
import { asideInWords, scoreInWords, scoreOf } from '../../src/report/score.js'
import { evidenceFactsOf, factsOf, scoreWith, testFactsOf } from '../support/report-facts.js'

const HOSTILE = [
  '<img src=x>',
  'a | b | c',
  '`code`',
  '[x](http://evil.invalid)',
  '**b** _i_ ~~s~~',
  '@somebody #1',
  '&amp; <!--',
  '# head',
]

test('nothing is said of a run in which nothing failed and nothing was scored', () => {
  expect(stepSummary(factsOf())).toBeUndefined()
  expect(stepSummary(factsOf({ tests: [testFactsOf(), testFactsOf({ state: 'skipped' })] }))).toBeUndefined()
})

test('no text becomes Markdown or HTML, wherever it stands', () => {
  const shape = (text: string): string => {
    const { evidence } = evidenceFactsOf(text)
    const failed = testFactsOf({ name: text, file: text, state: 'failed', failures: [text] })
    const tests = [failed, { ...failed, evidence: [evidence] }, testFactsOf({ name: text, mutation: scoreWith(text) })]
    const summary = stepSummary(factsOf({ outcome: text, tests }))!
    expect(summary.split(plainText(text)).length, text).toBeGreaterThan(9)
    return summary.replaceAll(plainText(text), '')
  }
  const harmless = shape('harmlesstext')
  expect(plainText('a\n\n# b\u001b[31m')).toBe('a &#35; b')
  for (const text of HOSTILE) {
    expect(plainText(text).replaceAll(/&#\d+;/g, '')).not.toMatch(/[<>|`[\]*@!&#_~\n]/)
    expect(shape(text), text).toBe(harmless)
  }
})

test('a block of code cannot be left by what it holds', () => {
  for (const text of ['plain', 'a ``` b', '`````\nx']) {
    const [first, ...rest] = codeBlock(text).split('\n')
    const fence = first!.replace('sh', '')
    expect(rest.at(-1)).toBe(fence)
    expect(rest.slice(0, -1).join('\n')).toBe(text)
    expect(text).not.toContain(fence)
  }
})

test('a long run has a short summary', () => {
  const failed = testFactsOf({ state: 'failed', failures: ['x'.repeat(10_000)], replay: 'y'.repeat(100_000) })
  const tests = Array.from({ length: 500 }, () => ({ ...failed, mutation: scoreWith('z'.repeat(1000)) }))
  const summary = stepSummary(factsOf({ tests }))!
  expect(summary.length).toBeLessThan(1_000_000 / 2)
  expect(summary).toContain('480')
})

test('a score counts what was killed and what survived, and is never rounded up to all', () => {
  const score = scoreWith('x')
  expect([score.killed, score.viable]).toEqual([2, 3])
  expect(scoreInWords(score)).toMatch(/^2 of 3 .*66/)
  expect(asideInWords(score)).toMatch(/1 allowed, 1 equivalent, 1 not viable.*6 of 8/)
  const mutants = Array.from({ length: 1000 }, (_, index) => ({ ...score.mutants[0]!, number: index }))
  const all = scoreOf({ mutants, runs: 1000, score: 1 })
  expect(scoreInWords(all)).toContain('100 %')
  expect(asideInWords(all)).toBe('')
  expect(scoreInWords(scoreOf({ mutants, runs: 1000, score: 0.9999 }))).toContain('99 %')
  expect(scoreInWords(scoreOf({ mutants: [], runs: 0, score: 1 }))).not.toContain('%')
})
