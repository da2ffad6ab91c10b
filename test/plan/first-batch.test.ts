import { expect, test } from 'vitest'
import { firstBatch } from '../../src/plan/first-batch.js'
import { planInput } from '../support/plan-inputs.js'

test('what stood there before comes first, and is not above the highest number', () => {
  const { runs } = firstBatch(planInput({ baselineRows: 2, foreign: [3, 0] }))
  expect(runs).toEqual([
    { kind: 'insert', table: 0, numbers: [-1, -2, -3], versions: [0, 0, 0], again: true },
    { kind: 'insert', table: 0, numbers: [1, 2], versions: [0, 0] },
    { kind: 'insert', table: 1, numbers: [1, 2], versions: [0, 0] },
  ])
})

test('tables that were empty, and stay so, get nothing', () => {
  expect(firstBatch(planInput())).toEqual({ commit: 0, runs: [] })
})
