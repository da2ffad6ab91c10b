import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { type Cell, type CdcOptions, createCdcStream, OptionsError, type TableDefinition } from '../../src/index.js'
import { useClient, useSchema } from '../support/server.js'

type Fill = (cells: unknown[], number: number, version: number) => void

const FAST = { batchSize: 10, interval: 0, batches: 2, seed: 7, createTables: true } as const
const RATIO = { insert: 60, update: 25, delete: 15 }

const good: Fill = (cells, number, version) => {
  cells[1] = number
  cells[2] = `note ${version}`
}

function table(fill: Fill, more: Partial<TableDefinition> = {}): TableDefinition {
  return {
    name: 'things',
    key: 'id',
    columns: [
      { name: 'id', type: 'int8' },
      { name: 'amount', type: 'int4' },
      { name: 'note', type: 'text', recomputed: true },
    ],
    rows: () => ({ fill: fill as (cells: Cell[], number: number, version: number) => void }),
    ...more,
  }
}

/** A module with this code, for the time of the test. */
async function moduleOf(code: string): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'cdc-module-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'orders.mjs')
  await writeFile(file, code)
  return pathToFileURL(file)
}

/** What a stream on these tables says before it writes anything. */
async function refusal(tables: CdcOptions['tables'], options: Partial<CdcOptions> = {}): Promise<Error> {
  await using stream = createCdcStream({ ...FAST, ratio: RATIO, target: 'none', ...options, tables: tables! })
  return stream.start().then(
    () => expect.fail('the stream began'),
    (error: Error) => error,
  )
}

test('a good definition is accepted', async () => {
  await using stream = createCdcStream({ ...FAST, ratio: RATIO, target: await useSchema(), tables: [table(good)] })
  await stream.start()
  await stream.finished
  expect(await stream.verify()).toMatchObject({ equal: true })
})

let counter = 0

function noRows(): never {
  throw new TypeError('no seed')
}

test.for<[string, Fill, string]>([
  [
    'a cell that is never written',
    (cells) => void (cells[1] = 1),
    'Expected `things.note` (cells[2]) of row 1 in version 0 to be set, got nothing. Write cells[2] in `fill`, for every number and version; null is NULL.',
  ],
  [
    'a cell that some rows leave out',
    (cells, number, version) => {
      if (number < 10_000) cells[1] = number
      cells[2] = `${version}`
    },
    'Expected `things.amount` (cells[1]) of row 10000 in version 0 to be set, got nothing.',
  ],
  [
    'a value of another type',
    (cells, number, version) => void (cells[1] = ((cells[2] = `${version}`), String(number))),
    "Expected `things.amount` (cells[1]) of row 1 in version 0 to be an integer from -2147483648 to 2147483647, got `1`. Correct `fill` or the column's type.",
  ],
  [
    'a value out of range',
    (cells, number, version) => void (cells[1] = ((cells[2] = `${version}`), number * 1e6)),
    'of row 10000 in version 0 to be an integer from -2147483648 to 2147483647, got `10000000000`.',
  ],
  [
    'no number',
    (cells, _number, version) => void (cells[1] = ((cells[2] = `${version}`), Number.NaN)),
    'to be an integer from -2147483648 to 2147483647, got `NaN`.',
  ],
  [
    'half a character',
    (cells, number, version) => void (cells[1] = ((cells[2] = `\ud800${version}`), number)),
    'Expected `things.note` (cells[2]) of row 1 in version 0 to be a text without NUL and half characters',
  ],
  [
    'a random value',
    (cells, number) => void (cells[1] = ((cells[2] = `${Math.random()}`), number)),
    'Expected `things.note` (cells[2]) of row 1 in version 0 to follow from the context, the number and the version alone, got ',
  ],
  [
    'a value that counts calls',
    (cells, _number, version) => void (cells[1] = ((cells[2] = `${version}`), (counter += 1))),
    'Use no clock, no Math.random(), and nothing that is kept from row to row.',
  ],
  [
    'another key',
    (cells, number, version) => {
      good(cells, number, version)
      cells[0] = `${number}`
    },
    'Expected `things.id` (cells[0]) of row 1 in version 0 to be left as it is, because it is the key, got `1` instead of `1`. Begin with cells[1].',
  ],
  [
    'a key that an UPDATE changes',
    (cells, number, version) => {
      good(cells, number, version)
      cells[0] = number + version
    },
    'of row 1 in version 1 to be left as it is, because it is the key, got `2` instead of `1`.',
  ],
  [
    'more cells than columns',
    (cells, number, version) => {
      good(cells, number, version)
      cells[3] = 1
    },
    'Expected `fill` of table `things` to write 3 cells, one for each column, got 4. Leave out those from cells[3] on.',
  ],
  [
    'an UPDATE of a column that is not recomputed',
    (cells, number, version) => void (cells[1] = ((cells[2] = `${version}`), number + version)),
    'Expected `things.amount` (cells[1]) of row 1 in version 1 to be as in version 0, because it is not `recomputed`, got `2` instead of `1`. Set `recomputed: true`, or compute it from the number alone.',
  ],
  [
    'an UPDATE that changes nothing',
    (cells, number) => void (cells[1] = ((cells[2] = 'note'), number)),
    'Expected an UPDATE of `things` to change note, got the same values in every version. Let `fill` compute them from the version, too.',
  ],
  [
    'an error',
    () => {
      throw new RangeError('no such place')
    },
    'Expected `fill` of table `things` to write row 1 in version 0, got RangeError: no such place. Correct its code.',
  ],
])('%s is named before anything is written', async ([, fill, message]) => {
  const error = await refusal([table(fill)])
  expect(error).toBeInstanceOf(OptionsError)
  expect(error.message).toContain(message)
  const connection = await useSchema()
  await expect(refusal([table(fill)], { target: connection })).resolves.toHaveProperty(
    'message',
    error.message.includes('again') ? expect.any(String) : error.message,
  )
  const { rowCount } = await (await useClient()).query(`SELECT FROM ${connection.schema}.things`)
  expect(rowCount).toBe(0)
})

test.for<[string, Partial<TableDefinition>, string]>([
  [
    'a NULL where there is none',
    {
      columns: [...table(good).columns.slice(0, 2), { name: 'note', type: 'text', nullable: false, recomputed: true }],
      rows: () => ({ fill: (cells, number) => void (cells[1] = ((cells[2] = null), number)) }),
    },
    'to be a value, because its definition says `nullable: false`, got `null`.',
  ],
  [
    'rows that are no rows',
    { rows: (() => undefined) as unknown as TableDefinition['rows'] },
    'Expected `rows` of table `things` to return { fill }, got nothing. Write rows: (context) => ({ fill(cells, number, version) { … } }).',
  ],
  ['rows that throw', { rows: noRows }, 'Expected `rows` of table `things` to make rows, got TypeError: no seed.'],
  [
    'no column that UPDATEs set',
    {
      columns: table(good).columns.map(({ name, type }) => ({ name, type })),
      rows: () => ({ fill: (cells, number) => void (cells[1] = ((cells[2] = 'note'), number)) }),
    },
    'Expected a column of `things` to be `recomputed`, because UPDATEs set those, got none.',
  ],
])('%s: a definition that cannot be', async ([, part, message]) => {
  expect((await refusal([table(good, part)])).message).toContain(message)
})

test('no column needs to be recomputed where no UPDATE comes', async () => {
  const columns = table(good).columns.map(({ name, type }) => ({ name, type }))
  const rows: TableDefinition['rows'] = () => ({
    fill: (cells, number) => void (cells[1] = ((cells[2] = 'note'), number)),
  })
  const tables = [table(good, { columns, rows })]
  await using stream = createCdcStream({ ...FAST, target: await useSchema(), ratio: { insert: 1 }, tables })
  await stream.start()
  await stream.finished
  expect(await stream.verify()).toMatchObject({ equal: true })
})

test.for<[type: string, value: unknown, words: string]>([
  ['int2', 32_768, 'an integer from -32768 to 32767'],
  ['int8', 2 ** 53, 'an integer from -9007199254740991 to 9007199254740991'],
  ['int8', 1n, 'an integer from'],
  ['numeric(5,2)', 100_000, 'an integer of at most 5 digits, which is the value × 10^2'],
  ['numeric(5,2)', 1.5, 'an integer of at most 5 digits, which is the value × 10^2'],
  ['bool', 1, 'true or false'],
  ['date', '2023-02-29', 'a date as the text YYYY-MM-DD'],
  ['date', new Date(0), 'a date as the text YYYY-MM-DD'],
  ['text', 'a\0b', 'a text without NUL'],
  ['text', 5, 'a text without NUL'],
])('a cell of %s is not %s', async ([type, value, words]) => {
  const columns = [
    { name: 'id', type: 'int8' },
    { name: 'x', type },
    { name: 'n', type: 'int4', recomputed: true },
  ]
  const fill: Fill = (cells, _number, version) => void (cells[1] = ((cells[2] = version), value))
  const { message } = await refusal([table(fill, { columns: columns as TableDefinition['columns'] })])
  expect(message).toContain(`Expected \`things.x\` (cells[1]) of row 1 in version 0 to be ${words}`)
})

function family(child: Partial<TableDefinition>, parentKey: 'plain' | 'named' = 'named'): TableDefinition[] {
  const parent = table(good, { name: 'parents', ...(parentKey === 'named' && { sequences: { parent: 'id' } }) })
  return [parent, table(good, { parent: { table: 'parents', on: { amount: 'id' } }, ...child })]
}

test('rows that are not their parents', async () => {
  const tables = family({
    rows: () => ({ fill: (cells, number, version) => void (cells[1] = ((cells[2] = `${version}`), number + 1)) }),
  })
  expect((await refusal(tables)).message).toBe(
    'Expected `things.amount` (cells[1]) of row 1 in version 0 to be `id` of row 1 of `parents`, its parent, got `2` instead of `1`. ' +
      'Name `id` of `parents` and `amount` of `things` among their `sequences` by one name x, and write `sequences.x + number`.',
  )
})

test('rows that would be their parents if the tables were empty', async () => {
  const connection = await useSchema()
  const client = await useClient()
  await client.query(`CREATE TABLE ${connection.schema}.parents (id int8 PRIMARY KEY, amount int4, note text);
    INSERT INTO ${connection.schema}.parents VALUES (41, 1, '')`)
  const { message } = await refusal(family({}), { target: connection })
  expect(message).toContain('to be `id` of row 1 of `parents`, its parent, got `1` instead of `42`.')

  const rows: TableDefinition['rows'] = ({ sequences }) => ({
    fill: (cells, number, version) => void (cells[1] = ((cells[2] = `${version}`), sequences['parent']! + number)),
  })
  const tables = family({ rows, sequences: { parent: 'amount' } })
  await using stream = createCdcStream({ ...FAST, ratio: RATIO, target: connection, tables })
  await stream.start()
  await stream.finished
  expect(await stream.verify()).toMatchObject({ equal: true })
})

test.for<[string, () => TableDefinition[], string]>([
  [
    'a column that the parent lacks',
    () => family({ parent: { table: 'parents', on: { amount: 'nr' } } }),
    'Expected `parent.on` of table `things` to name columns of `parents`, got `nr`. Write { own: parents } with its columns: id, amount, note.',
  ],
  [
    'a circle',
    () => [
      table(good, { name: 'a', parent: { table: 'b', on: {} } }),
      table(good, { name: 'b', parent: { table: 'a', on: {} } }),
    ],
    'to have no circle of parents, got a, b',
  ],
  ['the same table twice', () => [table(good), table(good)], 'to name each table once, got things, things'],
])('%s is refused', async ([, tables, message]) => {
  expect((await refusal(tables())).message).toContain(message)
})

test('what is wrong with an inline definition is told when the stream is made', () => {
  const make = (tables: unknown): unknown => createCdcStream({ tables: tables as TableDefinition[] })
  expect(() => make([{ ...table(good), key: 'nr' }])).toThrow('to have its key as the first column, got `id`')
  expect(() => make([null])).toThrow('Expected `defineTable` to be given { name, key, columns, rows }, got `null`')
  expect(() => make([{ module: 'x' }])).toThrow(
    "Expected `tables` to name what `x` exports, got nothing. Write { module, export: 'orders' }.",
  )
  expect(() => make(['orders'])).toThrow('Expected `tables` to be sales, returns, both, or a list of table definitions')
})

test.for<[string, string, string]>([
  [
    'throws',
    "throw new Error('no licence')",
    'which does not load: Error: no licence. Correct its address or its code.',
  ],
  ['does not parse', 'export const = 1', 'which does not load: '],
  [
    'exports other things',
    'export const other = 1\nexport const more = 2',
    'to export a table definition `orders`, got no such export. It exports `more`, `other`; export what',
  ],
  ['exports nothing', '', 'got no such export. It exports nothing; export what `defineTable()` returns.'],
  ['exports a function', 'export const orders = () => ({})', 'to export a table definition `orders`, got function.'],
  ['exports a list', 'export const orders = []', 'to export a table definition `orders`, got a list.'],
  [
    'exports half a table',
    "export const orders = { name: 'orders', columns: [] }",
    'Expected table `orders` to have a key, got nothing.',
  ],
])('a module that %s', async ([, code, message]) => {
  const error = await refusal([{ module: await moduleOf(code), export: 'orders' }])
  expect(error).toBeInstanceOf(OptionsError)
  expect(error.message).toContain(message)
})

test('a module that makes tests, as one does that imports from `vitest-cloudberry-cdc`', async () => {
  const code = `
    import { test } from '${import.meta.resolve('vitest')}'
    test.extend({})
    const columns = [{ name: 'id', type: 'int8' }, { name: 'amount', type: 'int4', recomputed: true }]
    const rows = () => ({ fill: (cells, number, version) => void (cells[1] = version) })
    export const orders = { name: 'orders', key: 'id', columns, rows }`
  // This thread can load it: Vitest runs here. The worker thread cannot.
  const error = await refusal([{ module: await moduleOf(code), export: 'orders' }], { target: await useSchema() })
  expect(error).toMatchObject({ code: 'ERR_CDC_OPTIONS' })
  expect(error.message).toContain('vitest-cloudberry-cdc/engine')
})

test.for<[string, string, string]>([
  [
    'a varchar too short',
    'id int8 PRIMARY KEY, amount int4, note varchar(5)',
    'Expected `things.note` (cells[2]) of row 1 in version 0 to have at most 5 characters, because the column is character varying(5), got `note 0`. Correct `fill`, or alter the column.',
  ],
  [
    'a char of another length',
    'id int8 PRIMARY KEY, amount int4, note char(9)',
    'to have 9 characters and no blank at the end, because the column is character(9), which pads with blanks, got `note 0`.',
  ],
  [
    'a column that is missing',
    'id int8 PRIMARY KEY, note text',
    'to have the columns of its definition, got no amount. Add them',
  ],
  [
    'a CHECK',
    'id int8 PRIMARY KEY, amount int4 CHECK (amount < 20), note text',
    'to take INSERT of rows 1 to 20 of its definition, got: new row for relation "things" violates check constraint "things_amount_check"; Failing row contains (20, 20, note 0).; COPY things, line 20',
  ],
  [
    'a CHECK that UPDATEs break',
    "id int8 PRIMARY KEY, amount int4, note text CHECK (note <> 'note 1')",
    'to take UPDATE of rows 1 to 20 of its definition, got: new row for relation "things" violates check constraint',
  ],
  [
    'a unique column',
    'id int8 PRIMARY KEY, amount int4, note text UNIQUE',
    'got: duplicate key value violates unique constraint "things_note_key"; Key (note)=(note 0) already exists.',
  ],
  [
    'a foreign key',
    'id int8 PRIMARY KEY, amount int4 REFERENCES places (id), note text',
    'violates foreign key constraint "things_amount_fkey"; Key (amount)=(1) is not present in table "places".',
  ],
  [
    'a deferred foreign key',
    'id int8 PRIMARY KEY, amount int4 REFERENCES places (id) DEFERRABLE INITIALLY DEFERRED, note text',
    'violates foreign key constraint "things_amount_fkey"',
  ],
  [
    'an enum without its name',
    'id int8 PRIMARY KEY, amount int4, note mood',
    "things.note` to name its enum, because UPDATEs set it, got no `enumType`. Set `enumType: 'mood'` in its definition.",
  ],
  [
    'a uuid that UPDATEs set',
    'id int8 PRIMARY KEY, amount int4, note uuid',
    'things.note` not to be set by UPDATEs, got a recomputed uuid.',
  ],
])('%s is named before the stream begins', async ([, columns, message]) => {
  const connection = await useSchema()
  const client = await useClient()
  await client.query(`SET search_path TO ${connection.schema}; CREATE TYPE mood AS ENUM ('glad');
    CREATE TABLE places (id int4 PRIMARY KEY); CREATE TABLE things (${columns})`)
  const error = await refusal([table(good)], { target: connection })
  expect(error).toMatchObject({ code: 'ERR_CDC_TARGET', message: expect.stringContaining(message) as string })
  expect((await client.query('SELECT FROM things')).rowCount).toBe(0)
})

test('what the database would not take is told by a stream with a script, too', async () => {
  const connection = await useSchema()
  await (
    await useClient()
  ).query(`CREATE TABLE ${connection.schema}.things (id int8 PRIMARY KEY, amount int4, note varchar(5))`)
  const script = { format: 1, seed: 1, tables: [{ name: 'things' }], batches: [[['insert', 'things', '1']]] } as const
  await using stream = createCdcStream({ ...FAST, target: connection, tables: [table(good)] })
  await expect(stream.run(script)).rejects.toThrow('to have at most 5 characters')
})

test('a module that Node.js does not take is told with what it takes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cdc-module-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'tables.txt'), '')
  const loader = new URL('../../src/options/load-tables.ts', import.meta.url)
  // A process of its own: here Vitest loads modules, and it takes more.
  const code = `const { loadTables } = await import('${loader.href}')
    await loadTables([{ module: 'file://${folder}/tables.txt', export: 'orders' }]).catch((error) => console.log(error.message))`
  const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
    encoding: 'utf8',
  })
  expect(stdout).toContain('does not load: TypeError: Unknown file extension ".txt"')
  expect(stdout).toMatch(
    /\. Node\.js \d+\.\d+\.\d+ loads JavaScript only: name a \.js or \.mjs file, or use Node\.js 22\.18 or later\.\n$/,
  )
})
