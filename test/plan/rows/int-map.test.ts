import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IntMap } from '../../../src/plan/rows/int-map.js'
import { Random } from '../../../src/tables/random.js'
import { runs } from '../../support/arbitraries.js'

type Step = { readonly set: number; readonly value: number } | { readonly remove: number }

/** Few keys, so that they are met again; and keys that collide, because their hashes have the same high bits. */
const keys = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.integer({ min: 0, max: 60 }).map((i) => i * 6_700_417),
  fc.constantFrom(0, 0x7fff_fffe),
)
const steps = fc.array(
  fc.oneof(
    fc.record({ set: keys, value: fc.integer({ min: 0, max: 1000 }) }),
    fc.record({ remove: keys }),
  ) as fc.Arbitrary<Step>,
  { maxLength: 400, size: 'max' },
)

test('is a map', () => {
  const property = fc.property(steps, (steps) => {
    const [map, model] = [new IntMap(), new Map<number, number>()]
    for (const step of steps) {
      if ('set' in step) {
        map.set(step.set, step.value)
        model.set(step.set, step.value)
      } else {
        map.delete(step.remove)
        model.delete(step.remove)
      }
    }
    const known = steps.map((step) => ('set' in step ? step.set : step.remove))
    expect(known.map((key) => map.get(key))).toEqual(known.map((key) => model.get(key) ?? 0))
    expect(map.get(999_999)).toBe(0)
  })
  fc.assert(property, runs(300))
})

test('is a map of very many keys, most of which go again', () => {
  const [map, model] = [new IntMap(), new Map<number, number>()]
  const random = new Random(5, 'test').at(1)
  for (let i = 0; i < 200_000; i++) {
    const key = random.below(150_000)
    if (random.below(3) === 0) {
      map.delete(key)
      model.delete(key)
    } else {
      map.set(key, i)
      model.set(key, i)
    }
  }
  let wrong = 0
  for (let key = 0; key < 150_000; key++) if (map.get(key) !== (model.get(key) ?? 0)) wrong += 1
  expect(wrong).toBe(0)
})
