import { LocalDate } from '@js-joda/core'
import { Decimal as PrismaDecimal } from '@prisma/client-runtime-utils'
import Big from 'big.js'
import BigNumber from 'bignumber.js'
import { parse } from 'csv-parse/sync'
import dayjs from 'dayjs'
import { Decimal } from 'decimal.js'
import { drizzle } from 'drizzle-orm/node-postgres'
import { bigint, boolean, date, integer, numeric, pgTable, smallint, text } from 'drizzle-orm/pg-core'
import knex from 'knex'
import { Kysely, PostgresDialect } from 'kysely'
import { DateTime } from 'luxon'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import postgres from 'postgres'
import { Temporal } from 'temporal-polyfill'
import { type Driver, type Places, pgConfig } from './driver.js'

const ALL = 'SELECT * FROM public.readings'
const { INT8, NUMERIC, DATE } = pg.types.builtins

type Parsers = Readonly<Record<number, (text: string) => unknown>>

/** Rows as `pg` reads them with parsers of one's own. */
async function withParsers(places: Places, parsers: Parsers): Promise<unknown> {
  const types = {
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      (format === 'binary' ? undefined : parsers[oid]) ?? pg.types.getTypeParser(oid, format ?? 'text'),
  }
  return withClient(places, (client) => client.query({ text: ALL, types: types as pg.CustomTypesConfig }))
}

async function withClient<T>(places: Places, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(pgConfig(places.postgres))
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

const query = (places: Places): Promise<pg.QueryResult<Record<string, unknown>>> =>
  withClient(places, (client) => client.query(ALL))

async function withSql(places: Places, options: postgres.Options<{}>): Promise<unknown> {
  const sql = postgres({ ...pgConfig(places.postgres), ...options })
  try {
    return await sql.unsafe(ALL)
  } finally {
    await sql.end()
  }
}

async function withDrizzle(places: Places, mode: 'date' | 'string'): Promise<unknown> {
  const isDate = mode === 'date'
  const readings = pgTable('readings', {
    id: isDate ? bigint({ mode: 'bigint' }) : bigint({ mode: 'number' }),
    small: smallint(),
    whole: integer(),
    large_number: isDate ? bigint({ mode: 'bigint' }) : bigint({ mode: 'number' }),
    exact: isDate ? numeric({ mode: 'number' }) : numeric({ mode: 'string' }),
    label: text(),
    flag: boolean(),
    day: isDate ? date({ mode: 'date' }) : date({ mode: 'string' }),
  })
  return withClient(places, (client) => drizzle(client).select().from(readings))
}

export const ofPostgres: readonly Driver[] = [
  { package: 'pg', name: 'as it is', gives: ['string', 'string', 'boolean', 'Date, local midnight'], read: query },
  {
    package: 'pg',
    name: '`rowMode: "array"`',
    gives: ['string', 'string', 'boolean', 'Date, local midnight'],
    read: (places) => withClient(places, (client) => client.query({ text: ALL, rowMode: 'array' })),
  },
  {
    package: 'pg',
    name: 'parsers: `BigInt`, `Number`, `new Date`',
    gives: ['bigint', 'number', 'boolean', 'Date, midnight UTC'],
    read: (places) =>
      withParsers(places, { [INT8]: BigInt, [NUMERIC]: Number, [DATE]: (day) => new Date(`${day}T00:00:00Z`) }),
  },
  {
    package: 'decimal.js',
    name: 'parser of `pg`',
    gives: ['string', 'Decimal', 'boolean', 'Date, local midnight'],
    read: (places) => withParsers(places, { [NUMERIC]: (digits) => new Decimal(digits) }),
  },
  {
    package: 'big.js',
    name: 'parser of `pg`',
    gives: ['string', 'Big', 'boolean', 'Date, local midnight'],
    read: (places) => withParsers(places, { [NUMERIC]: (digits) => new Big(digits) }),
  },
  {
    package: 'bignumber.js',
    name: 'parser of `pg`',
    gives: ['string', 'BigNumber', 'boolean', 'Date, local midnight'],
    read: (places) => withParsers(places, { [NUMERIC]: (digits) => new BigNumber(digits) }),
  },
  {
    package: 'luxon',
    name: '`DateTime`, by a parser of `pg`',
    gives: ['string', 'string', 'boolean', 'DateTime'],
    read: (places) => withParsers(places, { [DATE]: (day) => DateTime.fromISO(day) }),
  },
  {
    package: 'dayjs',
    name: 'by a parser of `pg`',
    gives: ['string', 'string', 'boolean', 'object'],
    read: (places) => withParsers(places, { [DATE]: (day) => dayjs(day) }),
  },
  {
    package: '@js-joda/core',
    name: '`LocalDate`, by a parser of `pg`',
    gives: ['string', 'string', 'boolean', 'LocalDate'],
    read: (places) => withParsers(places, { [DATE]: (day) => LocalDate.parse(day) }),
  },
  {
    package: 'temporal-polyfill',
    name: '`Temporal.PlainDate`, by a parser of `pg`',
    gives: ['string', 'string', 'boolean', 'PlainDate'],
    read: (places) => withParsers(places, { [DATE]: (day) => Temporal.PlainDate.from(day) }),
  },
  {
    package: '@prisma/client-runtime-utils',
    name: 'the values of Prisma Client',
    gives: ['bigint', 'Decimal2', 'boolean', 'Date, midnight UTC'],
    note: 'the classes are Prisma’s, the rows are read by `pg`',
    read: (places) =>
      withParsers(places, {
        [INT8]: BigInt,
        [NUMERIC]: (digits) => new PrismaDecimal(digits),
        [DATE]: (day) => new Date(`${day}T00:00:00Z`),
      }),
  },
  {
    package: 'postgres',
    name: 'as it is',
    gives: ['string', 'string', 'boolean', 'Date, midnight UTC'],
    read: (places) => withSql(places, {}),
  },
  {
    package: 'postgres',
    name: '`types: { bigint }`',
    gives: ['bigint', 'string', 'boolean', 'Date, midnight UTC'],
    read: (places) => withSql(places, { types: { bigint: postgres.BigInt } }),
  },
  {
    package: 'kysely',
    name: '`PostgresDialect`',
    gives: ['string', 'string', 'boolean', 'Date, local midnight'],
    read: async (places) => {
      const pool = new pg.Pool(pgConfig(places.postgres))
      const db = new Kysely<{ readings: object }>({ dialect: new PostgresDialect({ pool }) })
      try {
        return await db.selectFrom('readings').selectAll().execute()
      } finally {
        await db.destroy()
      }
    },
  },
  {
    package: 'knex',
    name: '`client: "pg"`',
    gives: ['string', 'string', 'boolean', 'Date, local midnight'],
    read: async (places) => {
      const db = knex({ client: 'pg', connection: pgConfig(places.postgres) })
      try {
        return await db.select().from('readings')
      } finally {
        await db.destroy()
      }
    },
  },
  {
    package: 'drizzle-orm',
    name: 'modes `bigint`, `number`, `date`',
    gives: ['bigint', 'number', 'boolean', 'Date, midnight UTC'],
    read: (places) => withDrizzle(places, 'date'),
  },
  {
    package: 'drizzle-orm',
    name: 'modes `number`, `string`, `string`',
    gives: ['number', 'string', 'boolean', 'string'],
    read: (places) => withDrizzle(places, 'string'),
  },
  {
    package: 'csv-parse',
    name: '`COPY … TO STDOUT (FORMAT csv, HEADER)`',
    gives: ['string', 'string', 'string', 'string'],
    note: 'an empty field without quotes is NULL: `cast: (value, { quoting }) => (value === "" && !quoting ? null : value)`',
    read: async (places) => {
      const chunks: Buffer[] = []
      await withClient(places, async (client) => {
        for await (const chunk of client.query(copyTo('COPY public.readings TO STDOUT (FORMAT csv, HEADER)'))) {
          chunks.push(chunk as Buffer)
        }
      })
      const cast = (value: string, { quoting }: { quoting: boolean }): string | null =>
        value === '' && !quoting ? null : value
      return parse(Buffer.concat(chunks), { columns: true, cast })
    },
  },
  {
    package: undefined,
    name: 'JSON of the rows of `pg`',
    gives: ['string', 'string', 'boolean', 'string'],
    note: 'to be read in the time zone in which it was written',
    read: async (places) => JSON.parse(JSON.stringify((await query(places)).rows)) as unknown,
  },
  {
    package: undefined,
    name: 'JSON by `row_to_json`',
    gives: ['number', 'number', 'boolean', 'string'],
    read: async (places) => {
      const { rows } = await withClient(places, (client) =>
        client.query<{ row: string }>('SELECT row_to_json(r)::text AS row FROM public.readings r'),
      )
      return rows.map(({ row }) => JSON.parse(row) as unknown)
    },
  },
  {
    package: 'pg',
    name: 'columns in upper case, as Oracle and Snowflake name them',
    gives: ['string', 'string', 'boolean', 'Date, local midnight'],
    note: 'with `table.named((column) => column.toUpperCase())`',
    named: (column) => column.toUpperCase(),
    read: async (places) =>
      (await query(places)).rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toUpperCase(), value])),
      ),
  },
]
