import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dayText, julianDay } from '../../src/tables/julian-day.js'

test.for([
  ['1900-01-02', 2_415_022],
  ['1998-01-01', 2_450_815],
  ['2000-02-29', 2_451_604],
  ['2003-01-02', 2_452_642],
  ['2100-01-01', 2_488_070],
] as const)('%s is day %d', ([date, day]) => {
  expect(julianDay(date)).toBe(day)
})

test('days follow each other', () => {
  const property = fc.property(fc.integer({ min: 0, max: 73_046 }), (days) => {
    const date = new Date(Date.UTC(1900, 0, 2 + days)).toISOString().slice(0, 10)
    expect(julianDay(date)).toBe(2_415_022 + days)
    expect(dayText(2_415_022 + days)).toBe(date)
  })
  fc.assert(property, { numRuns: 200 })
})

test.for([
  '1900-01-01',
  '2100-01-02',
  '2023-02-29',
  '2023-13-01',
  '2023-1-1',
  '01.02.2023',
  '',
  20230101,
  null,
  '2023-01-01T00:00:00Z',
])('%j is no day', (date) => {
  expect(julianDay(date)).toBeUndefined()
})
