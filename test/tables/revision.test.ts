import { expect, test } from 'vitest'
import { firstRevision, revisionOn } from '../../src/tables/revision.js'
import { Random } from '../../src/tables/random.js'

// Ids 1, 2 and 3 have one, two and three revisions: keys 1, then 2 and 3, then 4, 5 and 6. Revisions begin after the
// last days of 1999, 2000 and 2001.
test.for([
  [1, 2_450_816, 1],
  [1, 2_452_642, 1],
  [2, 2_451_910, 2],
  [2, 2_451_911, 3],
  [3, 2_451_545, 4],
  [3, 2_451_546, 5],
  [3, 2_452_275, 5],
  [3, 2_452_276, 6],
  [4, 2_460_000, 7],
  [9000, 2_452_276, 18_000],
] as const)('id %d is on day %d the row %d', ([id, day, row]) => {
  expect(revisionOn(id, day)).toBe(row)
})

test('the rows of all ids are all rows, each of one id', () => {
  const days = [0, 2_451_600, 2_452_000, 2_452_300]
  const idOf = new Map<number, number>()
  for (let id = 1; id <= 300; id++) {
    for (const row of new Set(days.map((day) => revisionOn(id, day)))) {
      expect(idOf.has(row)).toBe(false)
      idOf.set(row, id)
    }
  }
  expect([...idOf.keys()].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 600 }, (_, i) => i + 1))
})

test('first revisions are 1, 2 and 4 of six', () => {
  const random = new Random(1, 'test').at(1)
  for (let i = 0; i < 100; i++) expect([1, 2, 4]).toContain(firstRevision(1 + random.below(951)) % 6)
})
