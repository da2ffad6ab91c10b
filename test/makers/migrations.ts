import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { PostgresClient } from '../../src/database/postgres/client.js'

/* Migrations that are programs: here they write to a session of the test instead of that of their tool. */

const load = createRequire(import.meta.url)
const programsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.js'))
    .toSorted()
    .map((file) => join(folder, file))

type Done = (error?: unknown, result?: unknown) => void

interface DbMigrateColumn {
  readonly type: string
  readonly length?: number
  readonly primaryKey?: boolean
  readonly autoIncrement?: boolean
  readonly notNull?: boolean
  readonly unique?: boolean
  readonly defaultValue?: string | number | boolean
}

/** Runs migrations of `db-migrate`. */
export async function runDbMigrate(client: PostgresClient, folder: string): Promise<void> {
  /** Returns a promise, and calls back where that is wanted: migrations take the one or the other. */
  const send =
    (answerOf: (answer: { readonly rows: unknown[] }) => unknown) =>
    async (sql: string, ...rest: unknown[]): Promise<unknown> => {
      const done = rest.find((one) => typeof one === 'function') as Done | undefined
      const values = rest.find((one) => Array.isArray(one)) as unknown[] | undefined
      let place = 0
      const text = values ? sql.replaceAll('?', () => `$${(place += 1)}`) : sql
      const { found, error } = await client.query(text, values).then(
        (one) => ({ found: one, error: null }),
        (cause: Error) => ({ found: { rows: [] }, error: cause }),
      )
      const answer = answerOf(found)
      if (!done && error) throw error
      done?.(error, answer)
      return answer
    }
  const runSql = send((answer) => answer)
  const columns = (given: Readonly<Record<string, DbMigrateColumn | string>>): string =>
    Object.entries(given)
      .map(([name, column]) => columnSql(name, typeof column === 'string' ? { type: column } : column))
      .join(', ')
  const db = {
    runSql,
    all: send(({ rows }) => rows),
    createTable: (name: string, given: Parameters<typeof columns>[0], done?: Done) =>
      runSql(`CREATE TABLE "${name}" (${columns(given)})`, done),
    addColumn: (table: string, name: string, column: DbMigrateColumn, done?: Done) =>
      runSql(`ALTER TABLE "${table}" ADD COLUMN ${columnSql(name, column)}`, done),
    removeColumn: (table: string, name: string, done?: Done) =>
      runSql(`ALTER TABLE "${table}" DROP COLUMN "${name}"`, done),
    dropTable: (name: string, done?: Done) => runSql(`DROP TABLE "${name}"`, done),
  }
  // Where `db-migrate` notes what it did; a migration looks there.
  await client.query(
    'CREATE TABLE migrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL)',
  )
  for (const file of programsIn(folder)) {
    const { up } = load(file) as { readonly up: (db: unknown, done: Done) => unknown }
    await new Promise<void>((resolve, reject) => {
      const done: Done = (error) => (error ? reject(new Error(`${file}`, { cause: error })) : resolve())
      // Who takes a callback has done nothing yet when it returns.
      const returned = up(db, done)
      if (up.length < 2) Promise.resolve(returned).then(() => resolve(), reject)
    })
  }
}

function columnSql(name: string, column: DbMigrateColumn): string {
  const { type, length, primaryKey, autoIncrement, notNull, unique, defaultValue } = column
  const typed = autoIncrement ? 'serial' : type === 'string' ? `varchar${length ? `(${length})` : ''}` : type
  const isText = typeof defaultValue === 'string' && defaultValue !== 'now()'
  return [
    `"${name}" ${typed}`,
    ...(primaryKey ? ['PRIMARY KEY'] : []),
    ...(notNull ? ['NOT NULL'] : []),
    ...(unique ? ['UNIQUE'] : []),
    ...(defaultValue === undefined ? [] : [`DEFAULT ${isText ? `'${defaultValue}'` : defaultValue}`]),
  ].join(' ')
}

/** Runs migrations of MikroORM, which are classes that collect their SQL. */
export async function runMikroOrm(client: PostgresClient, folder: string): Promise<void> {
  const modules = join(folder, '../node_modules')
  standIn(join(modules, '@medusajs/framework/mikro-orm'), 'migrations.js', 'exports.Migration = class {}')
  standIn(join(modules, '@mikro-orm'), 'migrations.js', 'exports.Migration = class {}')
  standIn(join(modules, '@medusajs/framework'), 'utils.js', ALTER)
  for (const file of programsIn(folder).filter((one) => /Migration|Initial|Setup/.test(one))) {
    for (const Migration of Object.values(load(file) as Record<string, new () => Collecting>)) {
      const sql: string[] = []
      const migration = Object.assign(new Migration(), {
        addSql: (statement: string) => sql.push(statement),
        execute: async (statement: string) => (await client.query(statement)).rows,
      })
      await migration.up()
      for (const statement of sql) await client.query(statement)
    }
  }
}

interface Collecting {
  up(): unknown
}

/** The one helper that migrations call. */
const ALTER = `exports.generatePostgresAlterColummnIfExistStatement = (table, columns, action) =>
  columns.map((column) =>
    'DO $$ BEGIN ALTER TABLE "' + table + '" ALTER COLUMN "' + column + '" ' + action +
    '; EXCEPTION WHEN undefined_column OR undefined_table THEN NULL; END $$;').join(' ')`

/** A file that the migrations take something from, in a package that is not there. */
function standIn(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), text)
}
