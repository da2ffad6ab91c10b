import { LocalDate } from '@js-joda/core'
import { Decimal as PrismaDecimal } from '@prisma/client-runtime-utils'
import Big from 'big.js'
import BigNumber from 'bignumber.js'
import dayjs from 'dayjs'
import { Decimal } from 'decimal.js'
import { DateTime } from 'luxon'
import pg from 'pg'
import { Temporal } from 'temporal-polyfill'
import type { Databases, Reading } from '../support/reading.js'

const ALL = 'SELECT * FROM measured'
const [INT8, NUMERIC, DATE] = [20, 1700, 1082]

/** Reads with parsers of one's own, by the numbers of their types. */
async function read(
  { postgres }: Databases,
  parsers: Readonly<Record<number, (text: string) => unknown>> = {},
  query: string | pg.QueryConfig | pg.QueryArrayConfig = ALL,
): Promise<pg.QueryResult> {
  const client = new pg.Client({
    connectionString: postgres,
    types: { getTypeParser: (id: number, format) => parsers[id] ?? (pg.types.getTypeParser(id, format) as never) },
  })
  await client.connect()
  try {
    return await client.query(query as pg.QueryConfig)
  } finally {
    await client.end()
  }
}

export const pgReadings: readonly Reading[] = [
  { package: 'pg', how: 'as it comes', database: 'postgres', read: (at) => read(at) },
  {
    package: 'pg',
    how: '`rowMode: "array"`',
    database: 'postgres',
    read: (at) => read(at, {}, { text: ALL, rowMode: 'array' }),
  },
  {
    package: 'pg',
    how: 'parsers: `BigInt`, `Number`, the text of a date',
    database: 'postgres',
    read: (at) => read(at, { [INT8]: BigInt, [NUMERIC]: Number, [DATE]: String }),
  },
  {
    package: 'pg',
    how: 'parser of dates: `new Date(text)`',
    database: 'postgres',
    read: (at) => read(at, { [DATE]: (text) => new Date(text) }),
  },
  {
    package: 'pg',
    how: 'JSON of its rows',
    database: 'postgres',
    read: async (at) => JSON.parse(JSON.stringify((await read(at)).rows)),
  },
  {
    package: 'pg',
    how: '`row_to_json` in SQL',
    database: 'postgres',
    read: async (at) => (await read(at, {}, 'SELECT row_to_json(m) AS row FROM measured m')).rows.map(({ row }) => row),
  },
  {
    package: 'pg',
    how: 'names in upper case, as Snowflake and Oracle have them',
    needs: '`table.named(…)`',
    database: 'postgres',
    read: (at) =>
      read(at, {}, 'SELECT id "ID", amount "AMOUNT", sold_on "SOLD_ON", is_paid "IS_PAID", note "NOTE" FROM measured'),
    target: (table) => table.named((name) => name.toUpperCase()),
  },
]

/** Classes for decimals and days, as parsers make them of what the server sends. */
export const valueReadings: readonly Reading[] = [
  {
    package: 'decimal.js',
    how: 'parser of `pg`',
    database: 'postgres',
    read: (at) => read(at, { [NUMERIC]: (text) => new Decimal(text) }),
  },
  {
    package: 'big.js',
    how: 'parser of `pg`',
    database: 'postgres',
    read: (at) => read(at, { [NUMERIC]: (text) => new Big(text) }),
  },
  {
    package: 'bignumber.js',
    how: 'parser of `pg`',
    database: 'postgres',
    read: (at) => read(at, { [NUMERIC]: (text) => new BigNumber(text) }),
  },
  {
    package: '@prisma/client-runtime-utils',
    how: 'values as Prisma’s client gives them',
    database: 'postgres',
    read: (at) =>
      read(at, {
        [INT8]: BigInt,
        [NUMERIC]: (text) => new PrismaDecimal(text),
        [DATE]: (text) => new Date(`${text}T00:00:00Z`),
      }),
  },
  {
    package: 'luxon',
    how: 'parser of `pg`: `DateTime`',
    database: 'postgres',
    read: (at) => read(at, { [DATE]: (text) => DateTime.fromISO(text) }),
  },
  {
    package: 'dayjs',
    how: 'parser of `pg`',
    database: 'postgres',
    read: (at) => read(at, { [DATE]: (text) => dayjs(text) }),
  },
  {
    package: '@js-joda/core',
    how: 'parser of `pg`: `LocalDate`',
    database: 'postgres',
    read: (at) => read(at, { [DATE]: (text) => LocalDate.parse(text) }),
  },
  {
    package: 'temporal-polyfill',
    how: 'parser of `pg`: `Temporal.PlainDate`',
    database: 'postgres',
    read: (at) => read(at, { [DATE]: (text) => Temporal.PlainDate.from(text) }),
  },
]
