import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyArray } from '../../../src/database/postgres/key-array.js'
import type { Cell } from '../../../src/tables/column.js'
import { useClient } from '../../support/server.js'

const day = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })

/** Keys of every type that has a binary form, with their edges, and of one that has none. */
const cells: Readonly<Record<string, fc.Arbitrary<Cell>>> = {
  int2: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  int4: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  int8: fc.maxSafeInteger(),
  date: day.map((date) => date.toISOString().slice(0, 10)),
  uuid: fc.uuid(),
  text: fc.string({ unit: 'grapheme' }).filter((text) => !/[\0\p{Surrogate}]/u.test(text)),
}

test.each(Object.entries(cells))('PostgreSQL reads an array of keys as they are: %s', async (type, cell) => {
  const client = await useClient()
  const sql = `SELECT item::text FROM unnest($1::${type}[]) WITH ORDINALITY AS given (item, place) ORDER BY place`
  await fc.assert(
    fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 50 }), async (keys) => {
      const { rows } = await client.query<{ item: string }>(sql, [keyArray(type, keys)])
      expect(rows.map(({ item }) => item)).toEqual(keys.map(String))
    }),
    { numRuns: 50 },
  )
})
