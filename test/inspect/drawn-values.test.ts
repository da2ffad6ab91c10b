import { runInThisContext } from 'node:vm'
import { expect, test } from 'vitest'
import { arrayText, type Cell, Random, timestampText } from '../../src/index.js'
import { drawnCode, firstKey } from '../../src/inspect/cell-code.js'
import type { DraftColumn } from '../../src/inspect/draft-column.js'
import type { ColumnType } from '../../src/tables/column.js'
import { expectedCell } from '../../src/tables/expected-cell.js'
import { COLUMN_TYPES, isColumnType } from '../../src/tables/types/cell-types.js'

const DRAWS = 20_000
const BINS = 16
/** Chi-square by degrees of freedom that one uniform draw of a thousand exceeds; the seeds are fixed, so none of these does. */
const CRITICAL: Readonly<Record<number, number>> = { 1: 10.83, 15: 37.7 }

const number = (cell: Cell): number => Number(/\d+(?:\.\d+)?/.exec(String(cell))?.[0])
const seconds = (cell: Cell): number => number(cell) * 3600 + Number(String(cell).slice(3, 5)) * 60
const day = (cell: Cell): number => (Date.parse(String(cell).slice(0, 10)) - Date.UTC(2024, 0, 1)) / 86_400_000
const bits = (cell: Cell): number => Number.parseInt(String(cell), 2)
const hex = (cell: Cell): number => Number.parseInt(String(cell).replace('\\x', '').slice(0, 8), 16)
const octet = (cell: Cell): number => Number(String(cell).split('.')[1])

/** By type: how many values there are, or groups of them, and the place of one among them. */
const domains: Readonly<Partial<Record<ColumnType, readonly [size: number, place: (cell: Cell) => number]>>> = {
  int2: [1_000, (cell) => number(cell) - 1],
  int4: [1_000, (cell) => number(cell) - 1],
  int8: [1_000, (cell) => number(cell) - 1],
  'numeric(9,2)': [999_999, (cell) => number(cell) - 1],
  numeric: [999_999, (cell) => number(cell) * 4 - 1],
  float8: [999_999, (cell) => number(cell) * 4 - 1],
  float4: [9_999, (cell) => number(cell) * 4 - 1],
  text: [10_000, number],
  bool: [2, Number],
  date: [366, day],
  time: [86_400, seconds],
  'time(0)': [86_400, seconds],
  timestamp: [366, day],
  'timestamp(0)': [366, day],
  timestamptz: [366, day],
  interval: [98, (cell) => number(cell) - 2],
  uuid: [2 ** 32, hex],
  bytea: [2 ** 32, hex],
  json: [10_000, number],
  jsonb: [10_000, number],
  inet: [256, octet],
  cidr: [256, octet],
  'bit(1)': [2, bits],
  'bit(9)': [512, bits],
  varbit: [256, bits],
  'int4[]': [1_000, (cell) => number(cell) - 1],
  'numeric(9,2)[]': [999_999, (cell) => Math.round(number(cell) * 100) - 1],
  'text[]': [10_000, number],
  'date[]': [366, (cell) => day(String(cell).slice(1))],
  'timestamptz[]': [366, (cell) => day(String(cell).slice(2))],
}

function columnOf(type: ColumnType): DraftColumn {
  const none = {
    enumType: undefined,
    choices: undefined,
    limit: undefined,
    range: {},
    limits: undefined,
    fixed: undefined,
  }
  return { name: 'x', type, nullable: false, isUuid: false, ...none }
}

/** How far the counts of places are from those of a uniform draw. */
function chiSquare(places: readonly number[], size: number): { readonly chiSquare: number; readonly freedom: number } {
  const bins = Math.min(BINS, size)
  const counts = Array.from({ length: bins }, () => 0)
  for (const place of places) counts[Math.floor((place * bins) / size)]! += 1
  const first = (bin: number): number => Math.ceil((bin * size) / bins)
  const terms = counts.map((count, bin) => {
    const expected = ((first(bin + 1) - first(bin)) / size) * places.length
    return (count - expected) ** 2 / expected
  })
  return { chiSquare: terms.reduce((sum, term) => sum + term, 0), freedom: bins - 1 }
}

type Draw = (random: Random, text: typeof timestampText, array: typeof arrayText) => Cell

const types = Object.entries(domains) as [ColumnType, NonNullable<(typeof domains)[ColumnType]>][]

test.each(types)(
  'what a draft draws of %s is a cell of it, and spread over all of its values',
  (type, [size, place]) => {
    const column = columnOf(type)
    const code = drawnCode(column, 'random', firstKey)
    const draw = runInThisContext(`(random, timestampText, arrayText) => (${code})`) as Draw
    for (const seed of [1, 2, 3]) {
      const random = new Random(seed, `spread of ${type}`)
      for (const at of [(i: number) => random.at(i), (i: number) => random.at(seed, i)]) {
        const cells = Array.from({ length: DRAWS }, (_, i) => draw(at(i + 1), timestampText, arrayText))
        expect(cells.slice(0, 100).map((cell) => expectedCell({ name: 'x', type }, cell))).toEqual(
          Array(100).fill(undefined),
        )
        const found = chiSquare(cells.map(place), size)
        expect(found.chiSquare, JSON.stringify(found)).toBeLessThan(CRITICAL[found.freedom]!)
      }
    }
  },
)

test('a constant, a draw that is skewed, and one that leaves some out, are not', () => {
  const random = new Random(1, 'skewed')
  const draws = (draw: () => number): number => chiSquare(Array.from({ length: DRAWS }, draw), 1_000).chiSquare
  expect(draws(() => random.below(1_000))).toBeLessThan(CRITICAL[15]!)
  for (const draw of [() => 7, () => Math.min(random.below(1_000), random.below(1_100)), () => random.below(950)]) {
    expect(draws(draw)).toBeGreaterThan(CRITICAL[15]!)
  }
})

test('the types that are tested are those that there are', () => {
  const heads = (names: readonly string[]): Set<string> => new Set(names.map((name) => name.replace(/[([].*/, '')))
  expect(types.every(([type]) => isColumnType(type))).toBe(true)
  expect(heads(types.map(([type]) => type))).toEqual(heads(COLUMN_TYPES.replace(/,? or .*/, '').split(', ')))
})
