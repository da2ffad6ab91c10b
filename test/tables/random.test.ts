import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Random } from '../../src/tables/random.js'
import { runs, seeds } from '../support/arbitraries.js'
import { chiSquareExcess } from '../support/statistics.js'

const draw = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.next())

// Of an implementation of its own, with the reference code of xoroshiro64**.
test('gives the numbers that it always gave', () => {
  const random = new Random(1, 'sale')
  expect(draw(random.at(1), 3)).toEqual([849731858, 344265328, 3664913733])
  expect(draw(random.at(1, 1), 3)).toEqual([1077432538, 212737249, 2597316167])
  expect(draw(random.at(2 ** 40 + 7, 3), 3)).toEqual([2272155863, 4223838940, 919456638])
  expect(draw(new Random(0xffff_ffff, '').at(0), 3)).toEqual([218866111, 3481031637, 2603633360])
})

test('begins the same sequence wherever and whenever it is called', () => {
  const coordinates = fc.tuple(fc.integer({ min: -100, max: 2 ** 50 }), fc.integer({ min: 0, max: 2 ** 31 }))
  const property = fc.property(
    seeds(),
    fc.string(),
    fc.array(coordinates, { minLength: 1 }),
    (seed, purpose, calls) => {
      const one = new Random(seed, purpose)
      for (const [number, version] of calls) {
        const alone = draw(new Random(seed, purpose).at(number, version), 5)
        expect(draw(one.at(number, version), 5)).toEqual(alone)
      }
    },
  )
  fc.assert(property, runs(200))
})

// The first draw is the weakest: nothing but the coordinates has gone into it.
test.for<[string, (i: number) => number]>([
  ['number', (i) => new Random(1, 'x').at(i).next()],
  ['version', (i) => new Random(1, 'x').at(5, i).next()],
  ['number, a million apart', (i) => new Random(1, 'x').at(1_000_000 * i).next()],
  ['number beyond 32 bits', (i) => new Random(1, 'x').at(7 + i * 2 ** 32).next()],
  ['seed', (i) => new Random(i, 'x').at(1).next()],
  ['purpose', (i) => new Random(1, `purpose ${i}`).at(1).next()],
])('the first draw is uniform by %s', ([, drawn]) => {
  const numbers = Array.from({ length: 20_000 }, (_, i) => drawn(i))
  expect(new Set(numbers).size).toBeGreaterThan(19_990)
  // The highest and the lowest byte.
  for (const classOf of [(x: number) => x >>> 24, (x: number) => x & 0xff]) {
    const counts = Array<number>(256).fill(0)
    for (const number of numbers) counts[classOf(number)]! += 1
    expect(Math.abs(chiSquareExcess(counts))).toBeLessThan(4)
  }
})

test('neighbours have nothing to do with each other', () => {
  const counts = Array<number>(256).fill(0)
  const random = new Random(3, 'x')
  for (let i = 0; i < 50_000; i++) {
    const [here, next, updated] = [random.at(i).next(), random.at(i + 1).next(), random.at(i, 1).next()]
    counts[((here >>> 28) << 4) | (next >>> 28)]! += 1
    counts[((here >>> 28) << 4) | (updated >>> 28)]! += 1
  }
  expect(Math.abs(chiSquareExcess(counts))).toBeLessThan(4)
})

test.for([2, 3, 10, 101, 9901])('below(%d) is uniform', (bound) => {
  const random = new Random(11, 'x').at(bound)
  const counts = Array<number>(bound).fill(0)
  for (let i = 0; i < 20 * Math.max(bound, 500); i++) counts[random.below(bound)]! += 1
  expect(Math.abs(chiSquareExcess(counts))).toBeLessThan(4)
})

test('numbers stay in their bounds', () => {
  const property = fc.property(seeds(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, bound) => {
    const random = new Random(seed, 'x').at(1)
    for (let i = 0; i < 20; i++) {
      const below = random.below(bound)
      expect(Number.isInteger(below) && below >= 0 && below < bound).toBe(true)
      const between = random.between(-5, bound - 6)
      expect(between >= -5 && between < bound - 5).toBe(true)
    }
  })
  fc.assert(property, runs(200))
})

test('stepThrough visits every number before it comes back', () => {
  const property = fc.property(seeds(), fc.integer({ min: 2, max: 3000 }), (seed, modulus) => {
    const step = new Random(seed, 'x').at(1).stepThrough(modulus)
    const visited = new Set(Array.from({ length: modulus }, (_, i) => (i * step) % modulus))
    expect(visited.size).toBe(modulus)
  })
  fc.assert(property, runs(200))
  expect(new Random(1, 'x').at(1).stepThrough(1)).toBe(1)
})

test('chi-square tells a draw that is not uniform', () => {
  const random = new Random(1, 'x').at(1)
  const counts = Array<number>(100).fill(0)
  for (let i = 0; i < 50_000; i++) counts[Math.min(random.below(101), 99)]! += 1
  expect(chiSquareExcess(counts)).toBeGreaterThan(20)
})
