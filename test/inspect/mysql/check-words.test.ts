import { expect, test } from 'vitest'
import { type Range, readCheck } from '../../../src/inspect/check-forms.js'
import { checkWords } from '../../../src/inspect/mysql/check-words.js'
import { expressionText } from '../../../src/inspect/mysql/read-constraints.js'

/** What the first way to keep to a CHECK says of columns, by their names; undefined for a CHECK that is not understood. */
function read(clause: string): Readonly<Record<string, Range>> | undefined {
  const [way] = readCheck(checkWords(clause).words)
  return way && Object.fromEntries(way.ranges)
}

test.for<[string, Readonly<Record<string, Range>>]>([
  ['`a` > 0', { a: { least: 1 } }],
  ['`a` between 1 and 5', { a: { least: 1, most: 5 } }],
  ['`a` between -5 and 5 and `b` is not null', { a: { least: -5, most: 5 }, b: { notNull: true } }],
  ["`a` in ('x','it\\'s','y, z')", { a: { choices: ['x', "it's", 'y, z'] } }],
  ['`a` in (1,2)', { a: { choices: ['1', '2'] } }],
  ['`a` <> 3', { a: { not: ['3'] } }],
  ['char_length(`a`) >= 3', { a: { shortest: 3 } }],
  ['`the ``a` <= 7', { 'the `a': { most: 7 } }],
  ["`a` = 'x  and  y'", { a: { choices: ['x  and  y'] } }],
  // As MySQL 8 writes them.
  ['((`a` >= 0) and (`a` <= 10))', { a: { least: 0, most: 10 } }],
  ["(`a` in (_utf8mb4'x',_utf8mb4'y'))", { a: { choices: ['x', 'y'] } }],
  ['(`a` between 1 and 5)', { a: { least: 1, most: 5 } }],
])('%s', ([clause, ranges]) => {
  expect(read(clause)).toEqual(ranges)
})

test.for([
  "`a` like 'x%'",
  "`a` regexp '^[A-Z]$'",
  '`a` not in (1,2)',
  '`a` not between 1 and 5',
  'json_valid(`a`)',
  '`a` + `b` > 3',
])('%s is not understood', (clause) => {
  expect(read(clause)).toBeUndefined()
})

test('the columns that it names, in which texts are none', () => {
  expect(checkWords("`a` > 0 or `b` = '`c`' and `a` < `d`").names).toEqual(['a', 'b', 'd'])
})

test("MySQL's escaped quotes", () => {
  expect(read(expressionText(String.raw`(${'`a`'} in (_utf8mb4\'x\',_utf8mb4\'y\'))`, false))).toEqual({
    a: { choices: ['x', 'y'] },
  })
})
