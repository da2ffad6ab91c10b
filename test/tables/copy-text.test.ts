import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Cell, Column } from '../../src/tables/column.js'
import { splitCopyRow, textToCell } from '../../src/tables/copy-row.js'
import { CopyText } from '../../src/tables/copy-text.js'
import { toPgRow, toPgValue } from '../../src/tables/pg-values.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { runs, seeds } from '../support/arbitraries.js'
import { copyLine, parseCopy, textOf } from '../support/copy-format.js'
import { ownTable } from '../support/own-table.js'
import { rowContext } from '../support/plan-inputs.js'
import { cellsOf } from '../support/row-rules.js'

/** Cells that a column can hold. */
function cellsFor({ type }: Column): fc.Arbitrary<Cell> {
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: fc.constantFrom(...'\\\b\f\n\r\t\vNab.') }))
  const day = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  switch (type) {
    case 'text':
      return text
    case 'bool':
      return fc.boolean()
    case 'date':
      return day.map((date) => date.toISOString().slice(0, 10))
    case 'int2':
      return fc.integer({ min: -32_768, max: 32_767 })
    case 'int4':
      return fc.integer()
    default: {
      const most = Math.min(10 ** Number(/\d+/.exec(type)?.[0] ?? 18) - 1, Number.MAX_SAFE_INTEGER)
      const bits = fc.integer({ min: 0, max: 53 }).map((exponent) => Math.min(2 ** exponent, most))
      return fc.oneof(
        bits.chain((max) => fc.integer({ min: -max, max })),
        fc
          .constantFrom(0, most, -most, 99, -99, 100, 0x7fff_fffe, 0x7fff_ffff, 0x8000_0000)
          .map((n) => Math.min(n, most)),
      )
    }
  }
}

function rowsFor(columns: readonly Column[]): fc.Arbitrary<Cell[][]> {
  const row = fc.tuple(...columns.map((column) => fc.option(cellsFor(column), { freq: 8 })))
  return fc.array(row, { minLength: 1, maxLength: 8 })
}

const columns: readonly Column[] = [
  { name: 'a', type: 'int8' },
  { name: 'b', type: 'int2' },
  { name: 'c', type: 'numeric(12,4)' },
  { name: 'd', type: 'text' },
  { name: 'e', type: 'numeric(7,2)' },
  { name: 'f', type: 'bool' },
  { name: 'g', type: 'numeric(15,2)' },
  { name: 'h', type: 'date' },
  { name: 'i', type: 'int4' },
  { name: 'j', type: 'numeric(20,18)' },
  { name: 'k', type: 'numeric(9,0)' },
]

test('COPY text and values of pg are the same', () => {
  const property = fc.property(rowsFor(columns), fc.constantFrom(1, 64, 0x10000), (rows, capacity) => {
    const text = new CopyText(columns, capacity)
    for (const row of rows) text.writeRow(row)
    const values = rows.map((row) => columns.map((column, i) => toPgValue(column, row[i]!)))
    expect(text.length).toBe(text.view().length)
    expect(parseCopy(text.view())).toEqual(values.map((row) => row.map(textOf)))
    expect(text.take().toString()).toBe(values.map(copyLine).join(''))
    expect(text.length).toBe(0)
  })
  fc.assert(property, runs(500))
})

test('there is room for numbers of the largest scale', () => {
  const fine: readonly Column[] = Array.from({ length: 30 }, (_, i) => ({ name: `c${i}`, type: 'numeric(20,18)' }))
  const text = new CopyText(fine, 1)
  text.writeRow(fine.map(() => -Number.MAX_SAFE_INTEGER))
  expect(parseCopy(text.view())).toEqual([fine.map(() => '-0.009007199254740991')])
})

test('a line is split into the cells that it was made from', () => {
  const property = fc.property(rowsFor(columns), (rows) => {
    const text = new CopyText(columns)
    for (const row of rows) {
      text.clear()
      text.writeRow(row)
      const parts = splitCopyRow(text.view().toString('utf8', 0, text.length - 1))
      expect(parts.map((part, i) => textToCell(columns[i]!, part))).toEqual(row)
    }
  })
  fc.assert(property, runs(500))
})

test.for([storeSales, storeReturns, ownTable])(
  'rows of $name are the same by COPY text and as objects',
  (definition) => {
    const property = fc.property(seeds(), fc.integer({ min: 1, max: 2 ** 40 }), (seed, first) => {
      const source = definition.rows(rowContext({ seed, sequences: { ticket: 2 ** 34 } }))
      const text = new CopyText(definition.columns, 256)
      const rows = Array.from({ length: 10 }, (_, i) => cellsOf(definition, source, first + i, i % 3))
      for (const cells of rows) text.writeRow(cells)
      const objects = rows.map((cells) => toPgRow(definition.columns, cells))
      expect(parseCopy(text.view())).toEqual(objects.map((row) => Object.values(row).map(textOf)))
      expect(Object.keys(objects[0]!)).toEqual(definition.columns.map(({ name }) => name))
    })
    fc.assert(property, runs(100))
  },
)

test('the own table has what makes COPY text hard', () => {
  const source = ownTable.rows(rowContext())
  const rows = Array.from({ length: 300 }, (_, i) => cellsOf(ownTable, source, i + 1, 0))
  const labels = rows.map((cells) => cells[6])
  expect(labels.some((label) => label === null)).toBe(true)
  for (const part of ['\\N', '\t', '\n', '🙂', '\v']) {
    expect(labels.some((label) => typeof label === 'string' && label.includes(part))).toBe(true)
  }
  expect(rows.some((cells) => Math.abs(cells[3] as number) > 2 ** 52)).toBe(true)
})

test('pg returns int8 and numeric as text, and a date as midnight in local time', () => {
  const cells = [2 ** 53 - 1, -7, -5, 'x', 100, false, null, '2024-02-29', 3, 1, 12]
  expect(toPgRow(columns, cells)).toEqual({
    a: '9007199254740991',
    b: -7,
    c: '-0.0005',
    d: 'x',
    e: '1.00',
    f: false,
    g: null,
    h: new Date(2024, 1, 29),
    i: 3,
    j: '0.000000000000000001',
    k: '12',
  })
})

test('a text beyond what cells hold is no cell', () => {
  expect(textToCell({ name: 'x', type: 'int8' }, '9007199254740993')).toBeUndefined()
  expect(textToCell({ name: 'x', type: 'numeric(7,2)' }, '1.234')).toBeUndefined()
  expect(textToCell({ name: 'x', type: 'text' }, '1.234')).toBe('1.234')
})
