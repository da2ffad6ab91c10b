import { expect, test } from 'vitest'
import { trySchema } from '../../src/cli/trial/try-schema.js'
import { draftOf, inspectTables, readWholeSchema } from '../../src/inspect/inspect-tables.js'
import { createCdcStream, type TableDefinition } from '../../src/index.js'
import type { PostgresClient } from '../../src/database/postgres/client.js'
import { useClient, useSchema } from '../support/server.js'
import { writeDraft } from './support.js'

/** Drafts a whole schema and streams on it twice, with the draft as it is. */
async function streamed(sql: string): Promise<{ draft: string; client: PostgresClient }> {
  const connection = await useSchema()
  const client = await useClient(connection)
  await client.query(`SET search_path TO ${connection.schema}; ${sql}`)
  const found = await readWholeSchema(client, connection.schema)
  const draft = draftOf(found)
  const module = await writeDraft(draft)
  const exported = (await import(module.href)) as Record<string, TableDefinition>
  const tables = Object.keys(exported).map((name) => ({ module, export: name }))
  const ratio = { insert: 50, update: 25, delete: 25 }
  for (const seed of [1, 2]) {
    await using stream = createCdcStream({
      target: connection,
      tables,
      batches: 12,
      batchSize: 60,
      interval: 0,
      seed,
      ratio,
    })
    await stream.start()
    const summary = await stream.finished
    expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
    for (const { name } of Object.values(exported)) {
      expect(summary.tables[name]?.inserts, name).toBeGreaterThan(0)
      expect(summary.tables[name]?.deletes, name).toBeGreaterThan(0)
    }
  }
  const { streams, rest } = await trySchema(found.tables, { connection, changes: 1000 })
  expect(rest).toEqual([])
  expect(streams).toHaveLength(found.tables.length)
  return { draft, client }
}

async function numberOf(client: PostgresClient, sql: string): Promise<number> {
  const { rows } = await client.query<{ n: number }>(`SELECT (${sql})::int AS n`)
  return rows[0]!.n
}

test('four levels, two owners in one table, a tree, and references that may be NULL', async () => {
  const { draft, client } = await streamed(`
    CREATE TABLE categories (id int PRIMARY KEY, above int REFERENCES categories ON DELETE SET NULL, label text NOT NULL);
    CREATE TABLE products (id uuid PRIMARY KEY, category int NOT NULL REFERENCES categories, price numeric(8,2) NOT NULL);
    CREATE TABLE customers (id bigint PRIMARY KEY, mail text NOT NULL UNIQUE, points int NOT NULL, likes uuid REFERENCES products ON DELETE SET NULL);
    CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint NOT NULL REFERENCES customers ON DELETE CASCADE, state text NOT NULL);
    CREATE TABLE lines (order_id bigint REFERENCES orders ON DELETE CASCADE, line_no smallint, product uuid NOT NULL REFERENCES products,
      customer bigint NOT NULL REFERENCES customers, quantity int NOT NULL, PRIMARY KEY (order_id, line_no));
    CREATE TABLE shipments (id bigint PRIMARY KEY, order_id bigint NOT NULL, line_no smallint NOT NULL, place int NOT NULL, sent int NOT NULL,
      UNIQUE (order_id, line_no, place), FOREIGN KEY (order_id, line_no) REFERENCES lines ON DELETE CASCADE);
    CREATE TABLE wishes (customer bigint NOT NULL REFERENCES customers, product uuid NOT NULL REFERENCES products, id serial PRIMARY KEY,
      UNIQUE (customer, product));`)
  expect(draft).not.toContain('TODO: ')
  expect(draft).toMatch(/parent: \{ table: 'lines', on: \{ order_id: 'order_id', line_no: 'line_no' \}, most: 4/)
  expect(draft).toMatch(/refers: \['categories'\]/)
  for (const [child, owner] of [
    ['orders', 'customer'],
    ['lines', 'order_id'],
    ['shipments', '(order_id, line_no)'],
  ]) {
    const most = `SELECT max(n) FROM (SELECT count(*) AS n FROM ${child} GROUP BY ${owner}) AS each`
    expect(await numberOf(client, most), child).toBeGreaterThan(1)
  }
  const torn = 'SELECT count(*) FROM lines JOIN orders ON orders.id = order_id WHERE lines.customer <> orders.customer'
  expect(await numberOf(client, torn)).toBe(0)
  expect(await numberOf(client, 'SELECT count(DISTINCT above) FROM categories')).toBeGreaterThan(2)
  expect(await numberOf(client, 'SELECT count(DISTINCT product) FROM lines')).toBeGreaterThan(1)
  expect(await numberOf(client, 'SELECT count(likes) FROM customers')).toBeGreaterThan(5)
  expect(await numberOf(client, 'SELECT count(*) FROM customers WHERE likes IS NULL')).toBeGreaterThan(0)
})

test('a tenant in every key: all ways lead to the same one', async () => {
  const { draft, client } = await streamed(`
    CREATE TABLE tenants (id varchar(12) PRIMARY KEY, name text NOT NULL);
    CREATE TABLE users (tenant varchar(12) NOT NULL REFERENCES tenants ON DELETE CASCADE, id int PRIMARY KEY, name text NOT NULL, UNIQUE (tenant, id));
    CREATE TABLE clubs (tenant varchar(12) NOT NULL REFERENCES tenants, no int, name text NOT NULL, PRIMARY KEY (tenant, no));
    CREATE TABLE members (tenant varchar(12) NOT NULL REFERENCES tenants, club int, person int, since int NOT NULL, PRIMARY KEY (tenant, club, person),
      FOREIGN KEY (tenant, club) REFERENCES clubs ON DELETE CASCADE, FOREIGN KEY (tenant, person) REFERENCES users (tenant, id));
    CREATE TABLE notes (tenant varchar(12) NOT NULL REFERENCES tenants, id uuid PRIMARY KEY, author int NOT NULL, about int, text text NOT NULL,
      FOREIGN KEY (tenant, author) REFERENCES users (tenant, id), FOREIGN KEY (tenant, about) REFERENCES users (tenant, id));`)
  expect(draft).not.toContain('TODO: ')
  const notes = 'SELECT max(n) FROM (SELECT count(*) AS n FROM notes GROUP BY tenant, author) AS each'
  expect(await numberOf(client, notes)).toBeGreaterThan(1)
  expect(await numberOf(client, 'SELECT count(*) FROM notes WHERE about IS NOT NULL')).toBeGreaterThan(0)
})

test('rows that have nothing but references are updated by moving them', async () => {
  const { draft, client } = await streamed(`
    CREATE TABLE colors (id int PRIMARY KEY, name text NOT NULL); CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL);
    CREATE TABLE choices (id bigint PRIMARY KEY, person int NOT NULL REFERENCES people, color int NOT NULL REFERENCES colors);
    CREATE TABLE last_choices (id bigint PRIMARY KEY, color int REFERENCES colors);
    CREATE TABLE tokens (id uuid PRIMARY KEY, n int NOT NULL); CREATE TABLE uses (id int PRIMARY KEY, token uuid REFERENCES tokens);`)
  expect(draft).not.toContain('TODO: ')
  // A uuid stays as it is.
  expect(draft.match(/No column is left that an UPDATE could set/g)).toHaveLength(1)
  expect(draft).toMatch(/name: 'color', type: 'int4', nullable: false, recomputed: true/)
  expect(await numberOf(client, 'SELECT count(DISTINCT color) FROM choices')).toBeGreaterThan(1)
})

test('keys of several foreign keys, each of several columns', async () => {
  const { draft } = await streamed(`
    CREATE TABLE shops (id int PRIMARY KEY, name text NOT NULL);
    CREATE TABLE shelves (shop int NOT NULL REFERENCES shops ON DELETE CASCADE, no smallint, n int NOT NULL, PRIMARY KEY (shop, no));
    CREATE TABLE staff (shop int NOT NULL REFERENCES shops ON DELETE CASCADE, no smallint, n int NOT NULL, PRIMARY KEY (shop, no));
    CREATE TABLE moves (from_shop int, from_no smallint, to_shop int, to_no smallint, n int NOT NULL, PRIMARY KEY (from_shop, from_no, to_shop, to_no),
      FOREIGN KEY (from_shop, from_no) REFERENCES shelves, FOREIGN KEY (to_shop, to_no) REFERENCES shelves);
    CREATE TABLE duties (shelf_shop int, shelf_no smallint, staff_shop int, staff_no smallint, n int NOT NULL,
      PRIMARY KEY (shelf_shop, shelf_no, staff_shop, staff_no),
      FOREIGN KEY (shelf_shop, shelf_no) REFERENCES shelves, FOREIGN KEY (staff_shop, staff_no) REFERENCES staff);
    CREATE TABLE goods (id int PRIMARY KEY, n int NOT NULL);
    CREATE TABLE stock (good int NOT NULL REFERENCES goods, shop int, no smallint, n int NOT NULL, PRIMARY KEY (good, shop, no),
      FOREIGN KEY (shop, no) REFERENCES shelves);`)
  expect(draft).not.toContain('TODO: ')
})

test('a rule that could change rows behind the ledger is named once, and others are not', async () => {
  const connection = await useSchema()
  const client = await useClient(connection)
  await client.query(`SET search_path TO ${connection.schema};
    CREATE TABLE ones (id int PRIMARY KEY, n int NOT NULL); CREATE TABLE twos (id int PRIMARY KEY, n int NOT NULL);
    CREATE TABLE shared (id int PRIMARY KEY, one int NOT NULL REFERENCES ones REFERENCES twos ON DELETE CASCADE, n int NOT NULL);
    CREATE TABLE owned (id int PRIMARY KEY, one int NOT NULL REFERENCES ones ON DELETE CASCADE, two int REFERENCES twos ON DELETE SET NULL, n int NOT NULL);`)
  const names = ['owned', 'shared', 'twos', 'ones'].map((name) => ({ schema: connection.schema, name }))
  const draft = await inspectTables(client, names)
  expect(draft.match(/TODO: ON DELETE/g)).toHaveLength(1)
  expect(draft).toMatch(/TODO: ON DELETE CASCADE: where a row of `twos` is deleted/)
})
