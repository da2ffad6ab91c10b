import { expect, test } from 'vitest'
import { readQueries, readTableNames } from '../../src/options/sink-queries.js'
import { cdcError } from '../support/cdc-error.js'

test('names of tables, and what the sink calls them', () => {
  expect(readTableNames('a, b = c.d', '--table')).toEqual([
    { table: 'a', name: 'a' },
    { table: 'b', name: 'c.d' },
  ])
})

test('a query ends where the next one begins', () => {
  expect(readQueries("a=SELECT ';' AS x; b = with y AS (SELECT 1) SELECT * FROM y WHERE z = 1;", '--sql')).toEqual([
    { table: 'a', sql: "SELECT ';' AS x" },
    { table: 'b', sql: 'with y AS (SELECT 1) SELECT * FROM y WHERE z = 1' },
  ])
})

test.for(['', 'a,', 'a=b=c d', '=a'])('%j names no tables', (text) => {
  expect(() => readTableNames(text, '--table')).toThrow(cdcError('ERR_CDC_OPTIONS', '--table'))
})

test.for(['', 'SELECT 1', 'a='])('%j is no query of a table', (text) => {
  expect(() => readQueries(text, 'CDC_SINK_SQL')).toThrow(cdcError('ERR_CDC_OPTIONS', 'CDC_SINK_SQL'))
})

test('a table that is named twice is refused', () => {
  expect(() => readTableNames('a,b,a', '--table')).toThrow(cdcError('ERR_CDC_OPTIONS', 'a'))
  expect(() => readQueries('a=SELECT 1; a=SELECT 2', '--sql')).toThrow(cdcError('ERR_CDC_OPTIONS', 'a'))
})
