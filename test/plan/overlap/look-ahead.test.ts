import { expect, test } from 'vitest'
import { openBatches } from '../../../src/plan/batch-source.js'
import { LookAhead } from '../../../src/plan/overlap/look-ahead.js'
import { planInput } from '../../support/plan-inputs.js'

test.each([0, 3])('a look at the next batch changes nothing, %i batches ahead', (distance) => {
  const plain = openBatches(planInput({}))
  const ahead = new LookAhead(openBatches(planInput({})), distance)
  for (let commit = 1; commit <= 5; commit++) {
    const expected = plain.next()
    if (commit % 2 === 0) {
      expect([ahead.peek(), ahead.peek(), ahead.commit]).toEqual([expected, expected, commit - 1])
      expect(ahead.upcoming()).toHaveLength(Math.max(1, distance))
    }
    expect(ahead.next()).toEqual(expected)
    expect(ahead.commit).toBe(commit)
  }
})
