import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Random } from '../../src/tables/random.js'
import { reviseReturn } from '../../src/tables/revise-return.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { returnImages, runs, seeds, versions } from '../support/arbitraries.js'
import { rowContext } from '../support/plan-inputs.js'
import { returnIdentities } from '../support/return-rules.js'
import { foreignNumbers, laterVersions, Revisions } from '../support/revisions.js'
import { cellsOf } from '../support/row-rules.js'

const revisions = new Revisions(storeReturns, returnIdentities)

test('no identity breaks that held before, whatever the row was', () => {
  const property = fc.property(seeds(), returnImages(), foreignNumbers(), laterVersions(), (...revision) => {
    expect(revisions.newlyBroken(...revision)).toEqual([])
  })
  fc.assert(property, runs(2000))
})

test('every amount fits its column, kept columns are kept, and no more is returned than before', () => {
  const property = fc.property(
    seeds(),
    returnImages(),
    foreignNumbers(),
    laterVersions(),
    (seed, image, number, version) => {
      const cells = revisions.of(seed, image, number, version)
      expect(revisions.wrongColumns(image, cells)).toEqual([])
      if (image[11] === null) expect(cells[11]).toBeNull()
      else expect(cells[11]).toBeLessThanOrEqual(image[11] as number)
    },
  )
  fc.assert(property, runs(2000))
})

test('a return of our own stays sound: price of a piece, fee that changes, tax percent', () => {
  const property = fc.property(seeds(), fc.integer({ min: 1, max: 1e6 }), versions(), (seed, number, version) => {
    const image = cellsOf(storeReturns, storeReturns.rows(rowContext({ seed: 99, nulls: 'none' })), number, 0)
    const [before, after] = [version, version + 1].map((v) => (v === 0 ? image : revisions.of(seed, image, -1, v)))
    expect(revisions.broken(after!)).toEqual([])
    expect((after![12] as number) * (image[11] as number)).toBe((image[12] as number) * (after![11] as number))
    expect((after![16] as number) * (image[11] as number)).toBe((image[16] as number) * (after![11] as number))
    expect(after![15]).not.toBe(before![15])
    expect(after![15]).toBeGreaterThanOrEqual(50)
    expect(after![15]).toBeLessThanOrEqual(10_000)
  })
  fc.assert(property, runs(1000))
})

test('the quantity of a return with NULLs is kept where the price of a piece is not known', () => {
  const image = cellsOf(storeReturns, storeReturns.rows(rowContext({ nulls: 'none' })), 1, 0)
  for (const column of [11, 12, 16]) {
    const masked = image.map((cell, i) => (i === column ? null : cell))
    for (let version = 1; version < 20; version++) {
      const cells = revisions.of(1, masked, -1, version)
      expect(cells.slice(11, 15)).toEqual(masked.slice(11, 15))
      expect(cells[15]).not.toBe(masked[15])
    }
  }
})

test('a version is computed without the versions before it', () => {
  const calls = fc.array(fc.tuple(foreignNumbers(), laterVersions()))
  const property = fc.property(returnImages(), calls, (image, revised) => {
    const random = new Random(1, 'update of a return')
    for (const [number, version] of revised) {
      const cells = [...image]
      reviseReturn(cells, random, number, version)
      expect(cells).toEqual(revisions.of(1, image, number, version))
    }
  })
  fc.assert(property, runs(300))
})
