import { expect, test } from 'vitest'
import { differencesOf, readContents, restlessOf } from '../../src/mutate/contents.js'
import { withSchema } from '../support/server.js'

test('rows in any order are the same, and any other value is not', async () => {
  await withSchema(async (client, { schema }) => {
    await client.query(`SET search_path = ${schema}; CREATE TABLE "odd ""name" (a int, "B b" text, c jsonb, d int[]);
      CREATE TABLE empty (); CREATE VIEW seen AS SELECT 1 AS one; CREATE TABLE parts (a int) PARTITION BY LIST (a);
      CREATE TABLE part PARTITION OF parts DEFAULT;
      INSERT INTO "odd ""name" VALUES (1, 'x', '{}', '{1}'), (2, NULL, NULL, NULL), (2, NULL, NULL, NULL); INSERT INTO parts VALUES (1)`)
    const before = await readContents(client, schema)
    expect([...before.keys()].toSorted()).toEqual(['empty', 'odd "name', 'parts'])
    const changed = async (sql: string): Promise<string[]> => {
      await client.query('BEGIN')
      await client.query(sql)
      const differences = differencesOf(before, await readContents(client, schema))
      await client.query('ROLLBACK')
      return differences
    }
    const name = '"odd ""name"'
    expect(
      await changed(
        `CREATE TABLE x AS SELECT * FROM ${name} ORDER BY a DESC; TRUNCATE ${name}; INSERT INTO ${name} SELECT * FROM x; DROP TABLE x`,
      ),
    ).toEqual([])
    expect(await changed(`UPDATE ${name} SET "B b" = '' WHERE a = 2`)).toEqual([
      'other values in the 3 rows of `odd "name`',
    ])
    expect(await changed(`UPDATE ${name} SET a = CASE a WHEN 1 THEN 2 ELSE 1 END`)).toHaveLength(1)
    expect(await changed(`INSERT INTO ${name} VALUES (2, NULL, NULL, NULL)`)).toEqual([
      '`odd "name` holds 4 rows in place of 3',
    ])
    expect(await changed('INSERT INTO empty DEFAULT VALUES')).toEqual(['`empty` holds 1 row in place of 0'])
    expect(await changed('UPDATE parts SET a = 2')).toHaveLength(1)
    expect(await changed('DROP TABLE parts; CREATE TABLE fresh (a int)')).toHaveLength(2)
  })
})

test('what differs by itself is not compared: a column, or all of a table', async () => {
  await withSchema(async (client, { schema }) => {
    await client.query(
      `SET search_path = ${schema}; CREATE TABLE stamped (a int, at timestamptz); CREATE TABLE grows (a int)`,
    )
    const fill = async (a: number, rows: number): Promise<void> => {
      await client.query('TRUNCATE stamped, grows')
      await client.query('INSERT INTO stamped VALUES ($1, clock_timestamp())', [a])
      await client.query('INSERT INTO grows SELECT generate_series(1, $1::int)', [rows])
    }
    await fill(1, 1)
    const first = await readContents(client, schema, new Map(), true)
    await fill(1, 2)
    const restless = restlessOf(first, await readContents(client, schema, new Map(), true))
    expect(restless).toEqual(
      new Map<string, unknown>([
        ['grows', 'all'],
        ['stamped', new Set(['at'])],
      ]),
    )
    const reference = await readContents(client, schema, restless)
    await fill(1, 3)
    expect(differencesOf(reference, await readContents(client, schema, restless))).toEqual([])
    await fill(2, 3)
    expect(differencesOf(reference, await readContents(client, schema, restless))).toHaveLength(1)
  })
})
