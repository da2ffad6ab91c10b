import { expect, test } from 'vitest'
import { PLAN_FORMAT } from '../../src/plan/plan-input.js'
import { goldenCases, goldenHash } from './golden-cases.js'
import recorded from './hashes.json' with { type: 'json' }

test.each(Object.entries(goldenCases))('the same input makes the same bytes as ever: %s', (name, one) => {
  const hashes: Readonly<Record<string, Readonly<Record<string, string>>>> = recorded
  expect(goldenHash(one)).toBe(hashes[PLAN_FORMAT]?.[name])
})

test('another seed makes other bytes', () => {
  const [first] = Object.values(goldenCases)
  const other = { ...first!, input: { ...first!.input, seed: 99 } }
  expect(goldenHash(other)).not.toBe(goldenHash(first!))
})
