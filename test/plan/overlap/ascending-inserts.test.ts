import { expect, test } from 'vitest'
import type { Run } from '../../../src/plan/batch.js'
import { AscendingInserts } from '../../../src/plan/overlap/ascending-inserts.js'

function insert(...numbers: number[]): Run {
  return { kind: 'insert', table: 0, numbers, versions: numbers.map((number) => number % 2) }
}

const again = (run: Run): Run => ({ ...run, again: true })

test('an INSERT of rows below and above the highest one so far becomes two, the lower rows first', () => {
  const batches = [[insert(1, 2, 5)], [insert(3, 4)], [insert(4, 6, 9)], [insert(7, 8)], [insert(10, 11)]]
  let commit = 0
  const source = {
    get commit() {
      return commit
    },
    next: () => ({ commit: ++commit, runs: batches[commit - 1]! }),
  }
  const ascending = new AscendingInserts(source, [2])
  const given = batches.map(() => ascending.next().runs)
  expect(given).toEqual([
    [again(insert(1, 2)), insert(5)],
    [again(insert(3, 4))],
    [again(insert(4)), insert(6, 9)],
    [again(insert(7, 8))],
    [insert(10, 11)],
  ])
  expect(ascending.commit).toBe(5)
})
