import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseRows } from '../../../src/cli/sinks/parse-rows.js'
import { cdcError } from '../../support/cdc-error.js'
import { runs } from '../../support/arbitraries.js'

const cell = fc.oneof(fc.constant(null), fc.string(), fc.constantFrom('', '"', ',', '\n', 'a\r\nb', '{', ' '))
const quoted = (value: string | null): string => (value === null ? '' : `"${value.replaceAll('"', '""')}"`)

test('rows come out of CSV as they went in', () => {
  const table = fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 })
  fc.assert(
    fc.property(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), (rows, end, isEnded) => {
      const lines = [['a', 'b', 'c'].map(quoted), ...rows.map((row) => row.map(quoted))].map((line) => line.join(','))
      const printed = lines.join(end) + (isEnded ? end : '')
      const found = parseRows(printed)
      expect(found.columns).toEqual(['a', 'b', 'c'])
      // A last line without a cell and without its end is no line.
      expect(found.rows).toEqual(rows.map(([a, b, c]) => ({ a, b, c })))
    }),
    runs(300),
  )
})

test('rows come out of NDJSON as they went in', () => {
  const row = fc.record({ a: fc.oneof(fc.integer(), fc.string(), fc.constant(null)), b: fc.boolean() })
  fc.assert(
    fc.property(fc.array(row, { minLength: 1 }), (rows) => {
      const found = parseRows(`${rows.map((one) => JSON.stringify(one)).join('\n')}\n`)
      expect(found).toEqual({ rows, columns: ['a', 'b'] })
    }),
    runs(200),
  )
})

test('an unquoted cell without a letter is NULL, a quoted one is not; what is empty has no rows', () => {
  expect(parseRows('\uFEFFa,b\n,""\nx,y')).toEqual({
    columns: ['a', 'b'],
    rows: [
      { a: null, b: '' },
      { a: 'x', b: 'y' },
    ],
  })
  expect(parseRows('a,b\n1,')).toEqual({ columns: ['a', 'b'], rows: [{ a: '1', b: null }] })
  for (const empty of ['', '\n', '  \n']) expect(parseRows(empty)).toEqual({ rows: [], columns: undefined })
})

test.for([
  ['a,b\n1', [2, 1]],
  ['a,b\n1,2\n1,2,3', [3, 2]],
  ['a\n"open', ['open']],
  ['a\n"x"y', ['y']],
  ['{"a":1}\n[1]', ['[1]', 2]],
  ['{"a":1}\nnull', ['null', 2]],
  ['{oops', ['oops', 1]],
] as const)('%j is refused', ([text, named]) => {
  expect(() => parseRows(text)).toThrow(cdcError('ERR_CDC_OPTIONS', ...named))
})
