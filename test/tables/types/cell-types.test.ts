import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { typeOf } from '../../../src/tables/types/cell-types.js'
import { useClient, useSchema } from '../../support/server.js'

const digits = (most: number): fc.Arbitrary<string> =>
  fc.array(fc.nat(9), { minLength: 1, maxLength: most }).map((all) => all.join(''))
const fraction = fc.oneof(
  fc.constant(''),
  digits(6).map((text) => `.${text}`),
)
const two = (most: number): fc.Arbitrary<string> => fc.nat(most).map((value) => String(value).padStart(2, '0'))
const clock = fc.tuple(two(23), two(59), two(59), fraction).map(([h, m, s, f]) => `${h}:${m}:${s}${f}`)
const year = fc.oneof(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 294_000 }))
const day = fc.tuple(year, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
const date = fc.oneof(
  day.map(([y, m, d]) => `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`),
  fc.constantFrom('2024-02-29', '2000-02-29', '1970-01-01', '0001-01-01', '9999-12-31', '294276-12-30'),
)
const era = fc.constantFrom('', '', '', ' BC')
const zone = fc.oneof(
  fc.constantFrom('Z', '+00', '-00:00'),
  fc.tuple(fc.constantFrom('+', '-'), two(13), two(59)).map(([sign, h, m]) => `${sign}${h}:${m}`),
)
/** No year before 4713 BC, and none that the zone carries beyond the last one. */
const old = fc
  .tuple(fc.integer({ min: 1, max: 4_700 }), clock)
  .map(([y, c]) => `${String(y).padStart(4, '0')}-07-15 ${c}`)
const moment = fc.tuple(date, fc.constantFrom(' ', 'T'), clock).map((parts) => parts.join(''))
const count = fc.integer({ min: -2_000, max: 2_000 })
const number = fc.oneof(
  fc.double({ noNaN: false }).map(String),
  fc.float().map(String),
  fc.integer().map(String),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n }).map(String),
  fc.integer({ min: 0, max: 25 }).map((power) => `1e${power}`),
  fc.constantFrom('-0', '0', '1e15', '1e14', '999999999999999.9', '0.0001', '0.00001', '5e-324', '1e6', '999999.4'),
)
const jsonText = fc
  .json()
  .filter((text) => text !== 'null' && !/\\u0000|\\ud[89a-f]/i.test(text) && !text.includes('e'))
const item = fc.option(
  fc.string({ maxLength: 6, unit: fc.constantFrom('a', '"', '\\', ',', '{', '}', ' ', 'é', '🙂', 'NULL') }),
)
const quoted = (text: string | null): string => (text === null ? 'NULL' : `"${text.replaceAll(/["\\]/g, '\\$&')}"`)

/** Texts as the server takes them, by type. */
const inputs: Readonly<Record<string, fc.Arbitrary<string>>> = {
  timestamp: fc.oneof(
    moment,
    fc.tuple(old, era).map((parts) => parts.join('')),
    fc.constantFrom('infinity', '-infinity'),
  ),
  timestamptz: fc.oneof(
    fc.tuple(moment, zone).map((parts) => parts.join('')),
    fc.tuple(old, zone, era).map((parts) => parts.join('')),
    fc.constantFrom('infinity', '-infinity'),
  ),
  time: fc.oneof(clock, fc.constantFrom('24:00:00', '00:00:00', '23:59:59.999999')),
  interval: fc.oneof(
    fc
      .tuple(count, count, count, fc.constantFrom('', '-'), clock)
      .map(([y, m, d, sign, c]) => `${y} years ${m} mons ${d} days ${sign}${c}`),
    fc.tuple(count, count, count, count).map(([y, m, d, h]) => `P${y}Y${m}M${d}DT${h}H`),
    count.map((days) => `${days} days`),
    clock,
  ),
  float8: number,
  float4: fc.oneof(
    fc.float().map(String),
    fc.integer({ min: -9_999_999, max: 9_999_999 }).map(String),
    fc.constantFrom('-0', '1e6', '999999', '1e-5', '0.1', '16777217'),
  ),
  numeric: fc
    .tuple(
      fc.constantFrom('', '-', '+'),
      digits(40),
      fraction,
      fc.oneof(
        fc.constant(''),
        count.map((power) => `e${power}`),
      ),
    )
    .map((parts) => parts.join('')),
  uuid: fc.oneof(
    fc.uuid(),
    fc.uuid().map((text) => text.toUpperCase()),
    fc.uuid().map((text) => `{${text}}`),
  ),
  bytea: fc.uint8Array({ maxLength: 40 }).map((bytes) => `\\x${Buffer.from(bytes).toString('hex').toUpperCase()}`),
  jsonb: jsonText,
  inet: fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map((parts) => parts.join('/')),
    fc.constantFrom('::', '::1', '::ffff:1.2.3.4', '::1.2.3.4', '1:0:0:2:0:0:0:3/64'),
  ),
  cidr: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('10.0.0.0/8', '2001:db8::/32', '0.0.0.0/0', '::/0')),
  'bit(9)': fc.array(fc.constantFrom('0', '1'), { minLength: 9, maxLength: 9 }).map((all) => all.join('')),
  varbit: fc.array(fc.constantFrom('0', '1'), { maxLength: 70 }).map((all) => all.join('')),
  'int4[]': fc.array(fc.option(fc.integer())).map((all) => `{${all.map((value) => value ?? 'NULL').join(', ')}}`),
  'text[]': fc.array(item).map((all) => `{${all.map(quoted).join(',')}}`),
  'bool[]': fc.array(fc.constantFrom('true', 'f', 'NULL', 't')).map((all) => `{${all.join(',')}}`),
  'numeric(9,2)[]': fc
    .array(fc.integer({ min: -999_999, max: 999_999 }))
    .map((all) => `{${all.map((value) => value / 100).join(',')}}`),
  'timestamptz[]': fc
    .array(fc.tuple(moment, zone).map((parts) => parts.join('')))
    .map((all) => `{${all.map(quoted).join(',')}}`),
  'uuid[]': fc.array(fc.uuid()).map((all) => `{${all.join(',')}}`),
  'jsonb[]': fc.array(jsonText).map((all) => `{${all.map(quoted).join(',')}}`),
  'float8[]': fc
    .array(fc.array(number, { minLength: 2, maxLength: 2 }), { minLength: 1 })
    .map((all) => `{${all.map((row) => `{${row.join(',')}}`).join(',')}}`),
}

describe.each(Object.entries(inputs))('%s', (type, input) => {
  test('a text of any form becomes what the server writes, which stays as it is', async () => {
    const client = await useClient(await useSchema())
    await client.query("SET TimeZone = 'UTC'; SET DateStyle = 'ISO'")
    const { normal } = typeOf(type)
    await fc.assert(
      fc.asyncProperty(fc.array(input, { minLength: 100, maxLength: 100, size: 'max' }), async (texts) => {
        const { rows } = await client.query<{ text: string; written: string }>(
          `SELECT text, format('%s', text::${type}) AS written FROM unnest($1::text[]) AS text`,
          [texts],
        )
        for (const { text, written } of rows) {
          const found = normal(text, type)
          // What `numeric` keeps of zeros behind the last digit says nothing, nor does the sign of a zero.
          const expected = /^(?:numeric$|jsonb|float)/.test(type) ? normal(written, type) : written
          expect([text, found]).toEqual([text, expected])
          expect(normal(expected!, type)).toBe(expected)
        }
      }),
      { numRuns: 5, endOnFailure: true },
    )
  })
})
