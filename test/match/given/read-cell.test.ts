import { expect, test } from 'vitest'
import { cellReader } from '../../../src/match/given/read-cell.js'
import type { ColumnType } from '../../../src/tables/column.js'
import { arrowWords } from '../../support/arrow-words.js'

const read = (type: ColumnType, value: unknown, digits?: number): unknown =>
  cellReader({ name: 'x', type }, digits)(value)

/** Decimals of libraries: with a text that may have an exponent, and a JSON that is none of their business here. */
class Decimal {
  readonly digits: readonly number[] = [1, 2]
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

/** As DuckDB's: JSON refuses its bigint. */
class ScaledValue {
  readonly scale = 2
  readonly value: bigint

  constructor(value: bigint) {
    this.value = value
  }

  toString(): string {
    return `${this.value / 100n}.${String(this.value % 100n).padStart(2, '0')}`
  }
}

test.each<readonly [ColumnType, unknown, unknown]>([
  ['numeric(7,2)', new Decimal('12.34'), 1234],
  ['numeric(7,2)', new Decimal('-1.234e+1'), -1234],
  ['numeric(7,2)', new ScaledValue(1205n), 1205],
  ['numeric(7,2)', arrowWords(1234n, 4), 1234],
  ['numeric(7,2)', arrowWords(-5n, 4), -5],
  ['numeric(7,2)', arrowWords(-5n, 8), -5],
  ['numeric(38,2)', arrowWords(12_345_678_901_234_567_890n, 4), '12345678901234567890'],
  ['numeric(7,2)', new Number(12.34), 1234],
  ['numeric(7,2)', new String('12.34'), 1234],
  ['numeric(7,2)', Buffer.from('12.34'), 1234],
  ['numeric(7,2)', 12.34, 1234],
  ['numeric(12,8)', 1e-7, 10],
  ['numeric(12,8)', new Decimal('1e-8'), 1],
  ['numeric(12,8)', '1.5E-7', 15],
  ['numeric(38,0)', (1e21).toString(), '1000000000000000000000'],
  ['numeric(38,2)', '-12345678901234567.8', '-1234567890123456780'],
  ['numeric(38,2)', '0012345678901234567.80', '1234567890123456780'],
  ['numeric(7,2)', '.5', 50],
  ['numeric(7,2)', '+5.', 500],
  ['numeric(7,2)', '-0e5', 0],
  ['int8', 12n, 12],
  ['int8', new Decimal('12'), 12],
  ['int4', '1.2e1', 12],
  ['int8', { toString: () => '12' }, 12],
  ['bool', 1n, true],
  ['bool', 0n, false],
  ['bool', 't', true],
  ['bool', 'False', false],
  ['bool', '1', true],
  ['bool', new Boolean(false), false],
  ['bool', Buffer.of(1), true],
  ['bool', Buffer.of(0), false],
  ['bool', new Decimal('1'), true],
  ['text', new String('a'), 'a'],
  ['text', Buffer.from('漢字'), '漢字'],
  ['text', new URL('https://example.com/a'), 'https://example.com/a'],
  ['text', { a: 1 }, '{"a":1}'],
])('%s takes %o as %o', (type, value, cell) => {
  expect(read(type, value)).toBe(cell)
})

const circle: Record<string, unknown> = {}
circle['self'] = circle

test.each<readonly [ColumnType, unknown]>([
  ['numeric(7,2)', new Decimal('12.345')],
  ['numeric(7,2)', '1.2345e1'],
  ['numeric(7,2)', '1e999999'],
  ['numeric(7,2)', '1e9999999'],
  ['numeric(7,2)', '12,34'],
  ['numeric(7,2)', ''],
  ['numeric(7,2)', '.'],
  ['numeric(7,2)', Number.NaN],
  ['numeric(7,2)', [5]],
  ['numeric(7,2)', { value: 5 }],
  ['numeric(7,2)', { value: 5n }],
  ['numeric(7,2)', circle],
  ['numeric(7,2)', Object.create(null)],
  [
    'numeric(7,2)',
    {
      toString: () => {
        throw new Error('no text')
      },
    },
  ],
  ['numeric(7,2)', { toJSON: () => undefined }],
  ['numeric(7,2)', Symbol('five')],
  ['numeric(7,2)', () => 5],
  ['int8', 1.5],
  ['int8', true],
  ['int8', new Date(5)],
  ['bool', 'two'],
  ['bool', 'yes?'],
  ['bool', []],
])('%s has %o as a text that equals no value', (type, value) => {
  const cell = read(type, value)
  expect(typeof cell).toBe('string')
  expect(cell).not.toMatch(/^-?\d+$/)
})

test('Arrow’s decimals have the scale that their schema names, else that of the column', () => {
  expect(read('numeric(7,2)', arrowWords(123_400n, 4), 4)).toBe(1234)
  expect(read('numeric(7,2)', arrowWords(123_456n, 4), 4)).toBe('12.3456')
  expect(read('int4', arrowWords(12n, 4))).toBe(12)
})
