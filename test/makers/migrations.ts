import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
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
  const send = (sql: string, ...rest: unknown[]): Promise<unknown> => {
    const done = rest.find((one) => typeof one === 'function') as Done | undefined
    const values = rest.find((one) => Array.isArray(one)) as unknown[] | undefined
    const answered = client.query(sql, values).then(({ rows }) => rows)
    if (done) answered.then((rows) => done(null, rows), done)
    return answered
  }
  const columns = (given: Readonly<Record<string, DbMigrateColumn | string>>): string =>
    Object.entries(given)
      .map(([name, column]) => columnSql(name, typeof column === 'string' ? { type: column } : column))
      .join(', ')
  const db = {
    runSql: send,
    all: send,
    createTable: (name: string, given: Parameters<typeof columns>[0], done?: Done) =>
      send(`CREATE TABLE "${name}" (${columns(given)})`, done),
    addColumn: (table: string, name: string, column: DbMigrateColumn, done?: Done) =>
      send(`ALTER TABLE "${table}" ADD COLUMN ${columnSql(name, column)}`, done),
    removeColumn: (table: string, name: string, done?: Done) =>
      send(`ALTER TABLE "${table}" DROP COLUMN "${name}"`, done),
    dropTable: (name: string, done?: Done) => send(`DROP TABLE "${name}"`, done),
  }
  for (const file of programsIn(folder)) {
    const { up } = load(file) as { readonly up: (db: unknown, done: Done) => unknown }
    await new Promise<void>((resolve, reject) => {
      const done: Done = (error) => (error ? reject(new Error(`${file}`, { cause: error })) : resolve())
      const returned = up(db, done)
      if (returned instanceof Promise) returned.then(() => resolve(), reject)
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
  standIn(join(folder, '../node_modules/@medusajs/framework'))
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

/** The package that the migrations take their class from. */
function standIn(folder: string): void {
  mkdirSync(join(folder, 'mikro-orm'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "name": "@medusajs/framework" }')
  writeFileSync(
    join(folder, 'mikro-orm/migrations.js'),
    'exports.Migration = class {}; exports.raw = (text) => text;\n',
  )
  mkdirSync(dirname(folder), { recursive: true })
}
