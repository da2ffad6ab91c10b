import { expect, test } from 'vitest'
import { interleave } from '../../bench/support/interleave.js'
import { partReport } from '../../bench/support/report.js'
import { comparison, isMet, medianRatio } from '../../bench/support/result.js'
import { quantile, summarize } from '../../bench/support/statistics.js'
import { replaceBetween } from '../../bench/support/write-report.js'

test('contenders take turns, forwards and backwards, and the first round is not counted', async () => {
  const turns: string[] = []
  const contender = (name: string) => async (): Promise<number> => turns.push(name)
  const measured = await interleave({ a: contender('a'), b: contender('b') }, { rounds: 2 })
  expect(turns.join('')).toBe('abbaab')
  expect(measured.get('a')).toEqual([4, 5])
  expect(measured.get('b')).toEqual([3, 6])
})

test('a contender can measure several things', async () => {
  const measured = await interleave({ a: async () => ({ x: 1, y: 2 }) }, { rounds: 1 })
  expect([...measured]).toEqual([
    ['x', [1]],
    ['y', [2]],
  ])
})

test('ratios are taken round by round', () => {
  const measured = new Map([
    ['slow', [1, 10, 2]],
    ['fast', [2, 40, 6]],
  ])
  expect(medianRatio(measured, 'fast', 'slow')).toBe(3)
  const { figures } = comparison('', '', measured, ['slow', 'fast'])
  expect(figures[1]).toEqual({
    name: 'fast',
    ratio: { median: 3, min: 2, max: 4 },
    value: { median: 6, min: 2, max: 40 },
  })
})

test('quantiles lie between two values where need be', () => {
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5)
  expect(quantile([1, 2, 3], 1)).toBe(3)
  expect(summarize([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 })
})

test('a target is a bound from below or from above', () => {
  const target = { text: '', value: 2, limit: 2 }
  expect(isMet({ ...target, bound: 'at least' })).toBe(true)
  expect(isMet({ ...target, bound: 'at most' })).toBe(true)
  expect(isMet({ ...target, bound: 'at least', limit: 3 })).toBe(false)
  expect(isMet({ ...target, bound: 'at most', limit: 1 })).toBe(false)
})

test('a report names the machine, and what is missed', () => {
  const measured = new Map([['a', [1234.5]]])
  const machine = { cpu: 'chip', cores: 2, node: 'v20', server: 'PostgreSQL 14', date: '2026-01-01', load: 0.25 }
  const report = partReport({
    title: 'Part',
    comparisons: [comparison('speed', 'rows/s', measured, ['a'])],
    targets: [{ text: 'fast', value: 0.5, limit: 0.9, bound: 'at least' }],
    notes: ['a note'],
    machine,
    rounds: 5,
    seconds: 3,
  })
  expect(report).toContain('2 × chip, Node.js v20, PostgreSQL 14; 2026-01-01; 5 rounds')
  expect(report).toContain('| a | 1 | 1–1 | 1,235 | 1,235–1,235 |')
  expect(report).toContain('| fast | 0.5 | at least 0.9 | NO |')
})

test('what is written between the markers replaces what was there', () => {
  const [begin, end] = ['<!-- figures: written by `npm run bench` -->', '<!-- end of figures -->']
  expect(replaceBetween(`before\n${begin}\nold\n${end}\nafter`, 'new')).toBe(`before\n${begin}\n\nnew\n\n${end}\nafter`)
  expect(() => replaceBetween('no markers', 'new')).toThrow('README.md')
})
