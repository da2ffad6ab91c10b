import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Cell } from '../../../src/tables/column.js'
import { keyText, TableKey } from '../../../src/tables/keys/table-key.js'
import { uuid } from '../../../src/tables/types/uuid.js'
import { runs } from '../../support/arbitraries.js'
import { keyedTables } from '../../support/keyed-tables.js'

const keys = Object.entries(keyedTables).map(([what, table]) => [what, new TableKey(table)] as const)

describe.for(keys)('%s', ([, key]) => {
  const ordinals = fc.oneof(
    fc.integer({ min: 1, max: Math.min(key.most, 100_000) }),
    fc.maxSafeInteger().map((number) => 1 + (Math.abs(number) % key.most)),
    fc.constantFrom(1, key.most),
  )

  test('leads from a number to a key and back', () => {
    const property = fc.property(ordinals, (ordinal) => {
      expect(key.ordinalOf(key.cellsOf(ordinal))).toBe(ordinal)
    })
    fc.assert(property, runs(500))
  })

  test('gives no two numbers the same', () => {
    const property = fc.property(ordinals, ordinals, (one, other) => {
      expect(keyText(key.cellsOf(one)) === keyText(key.cellsOf(other))).toBe(one === other)
    })
    fc.assert(property, runs(500))
    const count = Math.min(key.most, 20_000)
    const first = Array.from({ length: count }, (_, index) => keyText(key.cellsOf(index + 1)))
    expect(new Set(first).size).toBe(count)
  })

  test('writes it where its columns are', () => {
    const property = fc.property(ordinals, (ordinal) => {
      const cells: Cell[] = []
      key.write(cells, ordinal)
      expect(key.of(cells)).toEqual(key.cellsOf(ordinal))
    })
    fc.assert(property, runs(50))
  })

  test('knows what is none of its keys', () => {
    const values: fc.Arbitrary<Cell> = fc.oneof(fc.uuid(), fc.string(), fc.integer(), fc.constant(null))
    const others = fc.array(values, { minLength: key.parts.length, maxLength: key.parts.length })
    const property = fc.property(others, (cells) => {
      const ordinal = key.ordinalOf(cells)
      if (ordinal !== undefined && ordinal > 0) expect(key.cellsOf(ordinal)).toEqual(cells)
    })
    fc.assert(property, runs(500))
  })
})

const uuidsOf = (what: string, ordinals: readonly number[]): string[] => {
  const key = new TableKey(keyedTables[what]!)
  return ordinals.map((ordinal) => String(key.cellsOf(ordinal)[0]))
}
const MANY = Array.from({ length: 4_096 }, (_, index) => index + 1)

test.for([
  ['uuid', 4],
  ['uuid of version 7', 7],
] as const)('%s is one of version %i', ([what, version]) => {
  for (const text of uuidsOf(what, [...MANY, 2 ** 40 + 7])) {
    expect(text).toMatch(new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`))
    expect(uuid.normal(text, 'uuid')).toBe(text)
  }
})

test('uuids of version 7 ascend with the number', () => {
  const found = uuidsOf('uuid of version 7', [...MANY, 2 ** 31, 2 ** 40, 2 ** 47])
  expect(found.toSorted()).toEqual(found)
})

test('uuids of version 4 look random in every digit but that of the version', () => {
  const found = uuidsOf('uuid', MANY).map((text) => text.replaceAll('-', ''))
  for (const place of Array.from({ length: 32 }, (_, index) => index)) {
    if (place === 12) continue
    const counts = new Map<string, number>()
    for (const text of found) counts.set(text[place]!, (counts.get(text[place]!) ?? 0) + 1)
    // The digit of the variant has two bits of its own.
    const kinds = place === 16 ? 4 : 16
    expect(counts.size).toBe(kinds)
    const expected = MANY.length / kinds
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    // Beyond this once in a billion.
    expect(chiSquare).toBeLessThan(75)
  }
})

test('tables have uuids of their own, unless they are said to be those of another', () => {
  const [first] = uuidsOf('uuid', [1])
  const other = { ...keyedTables['uuid']!, name: 'others' }
  expect(new TableKey(other).cellsOf(1)[0]).not.toBe(first)
  const { name } = keyedTables['uuid']!
  expect(new TableKey({ ...other, key: [{ column: 'id', of: name }] }).cellsOf(1)).toEqual([first])
})

test('a number that restarts counts within each combination of the others', () => {
  const key = new TableKey(keyedTables['tenant, day and line']!)
  expect([1, 2, 3, 4, 6, 7, 13].map((ordinal) => keyText(key.cellsOf(ordinal)))).toEqual([
    '(1, 2024-02-28, 1)',
    '(2, 2024-02-28, 1)',
    '(3, 2024-02-28, 1)',
    '(1, 2024-02-29, 1)',
    '(3, 2024-02-29, 1)',
    '(1, 2024-02-28, 2)',
    '(1, 2024-02-28, 3)',
  ])
})
