import { drizzle } from 'drizzle-orm/node-postgres'
import { bigint, boolean, date, numeric, pgTable, text } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm/sql'
import createKnex from 'knex'
import { CamelCasePlugin, Kysely, type KyselyPlugin, PostgresDialect } from 'kysely'
import pg from 'pg'
import createPostgres, { type PostgresType } from 'postgres'
import type { Databases, Reading } from '../support/reading.js'

const camelCase = (name: string): string => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

async function withPool<T>({ postgres }: Databases, use: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const pool = new pg.Pool({ connectionString: postgres, max: 1 })
  try {
    return await use(pool)
  } finally {
    await pool.end()
  }
}

async function readPostgres(
  { postgres }: Databases,
  options: createPostgres.Options<Record<string, PostgresType>> = {},
): Promise<unknown> {
  const connection = createPostgres(postgres, { max: 1, ...options })
  try {
    return await connection`SELECT * FROM measured`
  } finally {
    await connection.end()
  }
}

function readKysely(at: Databases, plugins: KyselyPlugin[]): Promise<unknown> {
  return withPool(at, async (pool) => {
    const database = new Kysely<{ measured: { id: string } }>({ dialect: new PostgresDialect({ pool }), plugins })
    return database.selectFrom('measured').selectAll().execute()
  })
}

async function readKnex({ postgres }: Databases, how: 'select' | 'raw'): Promise<unknown> {
  const knex = createKnex({ client: 'pg', connection: postgres })
  try {
    return await (how === 'select' ? knex('measured').select() : knex.raw('SELECT * FROM measured'))
  } finally {
    await knex.destroy()
  }
}

/** The table as a schema of Drizzle has it, with both of its ways for dates. */
const columns = <M extends 'date' | 'string'>(mode: M) =>
  pgTable('measured', {
    id: bigint({ mode: 'bigint' }),
    amount: numeric(),
    soldOn: date('sold_on', { mode }),
    isPaid: boolean('is_paid'),
    note: text(),
  })

const readDrizzle = (at: Databases, mode: 'date' | 'string'): Promise<unknown> =>
  withPool(at, async (pool) => drizzle(pool).select().from(columns(mode)))

export const builderReadings: readonly Reading[] = [
  { package: 'postgres', how: 'as it comes', database: 'postgres', read: (at) => readPostgres(at) },
  {
    package: 'postgres',
    how: '`transform: postgres.camel`, `types: { bigint: postgres.BigInt }`',
    needs: '`table.named(…)`',
    database: 'postgres',
    read: (at) => readPostgres(at, { transform: createPostgres.camel, types: { bigint: createPostgres.BigInt } }),
    target: (table) => table.named(camelCase),
  },
  { package: 'kysely', how: '`selectAll()`', database: 'postgres', read: (at) => readKysely(at, []) },
  {
    package: 'kysely',
    how: '`CamelCasePlugin`',
    needs: '`table.named(…)`',
    database: 'postgres',
    read: (at) => readKysely(at, [new CamelCasePlugin()]),
    target: (table) => table.named(camelCase),
  },
  { package: 'knex', how: '`select()`', database: 'postgres', read: (at) => readKnex(at, 'select') },
  { package: 'knex', how: '`raw(…)`', database: 'postgres', read: (at) => readKnex(at, 'raw') },
  {
    package: 'drizzle-orm',
    how: '`select()`, `date({ mode: "date" })`',
    needs: '`table.named(…)`',
    database: 'postgres',
    read: (at) => readDrizzle(at, 'date'),
    target: (table) => table.named(camelCase),
  },
  {
    package: 'drizzle-orm',
    how: '`select()`, `date({ mode: "string" })`',
    needs: '`table.named(…)`',
    database: 'postgres',
    read: (at) => readDrizzle(at, 'string'),
    target: (table) => table.named(camelCase),
  },
  {
    package: 'drizzle-orm',
    how: '`execute(sql…)`',
    database: 'postgres',
    read: (at) => withPool(at, async (pool) => drizzle(pool).execute(sql`SELECT * FROM measured`)),
  },
]
