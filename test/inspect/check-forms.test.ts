import { expect, test } from 'vitest'
import { type Range, readCheck } from '../../src/inspect/check-forms.js'

type Ways = readonly Readonly<Record<string, Range>>[]

test.for<[definition: string, ways: Ways]>([
  ['CHECK ((n > 0))', [{ n: { least: 1 } }]],
  ['CHECK ((n >= 0.5)) NOT VALID', [{ n: { least: 1 } }]],
  ["CHECK ((n < '-5'::integer))", [{ n: { most: -6 } }]],
  ['CHECK ((n <= (7)::numeric)) NO INHERIT', [{ n: { most: 7 } }]],
  ['CHECK ((0 < n))', [{ n: { least: 1 } }]],
  ['CHECK (((n >= 1) AND (n <= 5)))', [{ n: { least: 1, most: 5 } }]],
  ["CHECK ((name <> ''::text))", [{ name: { not: [''] } }]],
  ["CHECK (((name)::text <> ''::text))", [{ name: { not: [''] } }]],
  ["CHECK ((kind = 'a, (b)'::text))", [{ kind: { choices: ['a, (b)'] } }]],
  [
    "CHECK (((kind)::text = ANY ((ARRAY['a'::character varying, 'it''s'::character varying])::text[])))",
    [{ kind: { choices: ['a', "it's"] } }],
  ],
  ['CHECK ((n = ANY (ARRAY[1, 2])))', [{ n: { choices: ['1', '2'] } }]],
  ['CHECK ((length(name) >= 3))', [{ name: { shortest: 3 } }]],
  ['CHECK ((char_length((name)::text) < 8))', [{ name: { longest: 7 } }]],
  ['CHECK ((flag))', [{ flag: { choices: ['true'] } }]],
  ['CHECK ((NOT flag))', [{ flag: { choices: ['false'] } }]],
  ['CHECK (((a IS NULL) OR (a > 1)))', [{ a: { isNull: true } }, { a: { least: 2 } }]],
  ['CHECK (((a IS NOT NULL) OR (b IS NOT NULL)))', [{ a: { notNull: true } }, { b: { notNull: true } }]],
  ['CHECK (("Odd ""name" > 2))', [{ 'Odd "name': { least: 3 } }]],
  ["CHECK ((name ~ '^(a OR b) > 1$'::text))", []],
  ['CHECK (((a % 2) = 0))', []],
  ['CHECK (((a > 1) AND is_fine(a)))', []],
  ['EXCLUDE USING gist (a WITH =)', []],
])('%s', ([definition, ways]) => {
  expect(readCheck(definition).map(({ ranges }) => Object.fromEntries(ranges))).toEqual(ways)
})

test.for([
  ['CHECK ((a < b))', 'a', 'b', false],
  ['CHECK ((a >= b))', 'b', 'a', true],
] as const)('%s orders two columns', ([definition, lower, upper, mayBeEqual]) => {
  expect(readCheck(definition).map(({ orders }) => orders)).toEqual([[{ lower, upper, mayBeEqual }]])
})

test('of many ways to keep to a CHECK, some are enough', () => {
  const either = (name: string): string => `((${name} > 1) OR (${name} IS NULL))`
  const ways = readCheck(`CHECK ((${[...'abcdefghij'].map(either).join(' AND ')}))`)
  expect(ways.length).toBeGreaterThan(0)
  expect(ways.length).toBeLessThanOrEqual(16)
})
