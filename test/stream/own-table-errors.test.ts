import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { type Cell, type CdcOptions, createCdcStream, type TableDefinition } from '../../src/index.js'
import { cdcError } from '../support/cdc-error.js'
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

/** What a refusal names. */
type Names = readonly (string | number)[]

function noRows(): never {
  throw new TypeError('no seed')
}

test.for<[string, Fill, Names]>([
  [
    'a cell that is never written',
    (cells) => void (cells[1] = 1),
    ['`things.note`', 'cells[2]', 'row 1', 'version 0', 'nothing', '`fill`'],
  ],
  [
    'a cell that some rows leave out',
    (cells, number, version) => {
      if (number < 10_000) cells[1] = number
      cells[2] = `${version}`
    },
    ['`things.amount`', 'cells[1]', 'row 10000', 'version 0', 'nothing'],
  ],
  [
    'a value of another type',
    (cells, number, version) => void (cells[1] = ((cells[2] = `${version}`), String(number))),
    ['`things.amount`', 'cells[1]', 'row 1', 'version 0', '-2147483648', '2147483647', '`1`', '`fill`'],
  ],
  [
    'a value out of range',
    (cells, number, version) => void (cells[1] = ((cells[2] = `${version}`), number * 1e6)),
    ['`things.amount`', 'row 10000', 'version 0', '-2147483648', '2147483647', '`10000000000`'],
  ],
  [
    'no number',
    (cells, _number, version) => void (cells[1] = ((cells[2] = `${version}`), Number.NaN)),
    ['`things.amount`', '-2147483648', '2147483647', '`NaN`'],
  ],
  [
    'half a character',
    (cells, number, version) => void (cells[1] = ((cells[2] = `\ud800${version}`), number)),
    ['`things.note`', 'cells[2]', 'row 1', 'version 0', 'half characters'],
  ],
  [
    'a random value',
    (cells, number) => void (cells[1] = ((cells[2] = `${Math.random()}`), number)),
    ['`things.note`', 'cells[2]', 'row 1', 'version 0', 'Math.random()'],
  ],
  [
    'a value that counts calls',
    (cells, _number, version) => void (cells[1] = ((cells[2] = `${version}`), (counter += 1))),
    ['`things.amount`', 'cells[1]', 'Math.random()'],
  ],
  [
    'another key',
    (cells, number, version) => {
      good(cells, number, version)
      cells[0] = `${number}`
    },
    ['`things.id`', 'cells[0]', 'row 1', 'version 0', 'key', '`1`', 'cells[1]'],
  ],
  [
    'a key that an UPDATE changes',
    (cells, number, version) => {
      good(cells, number, version)
      cells[0] = number + version
    },
    ['`things.id`', 'row 1', 'version 1', 'key', '`2`', '`1`'],
  ],
  [
    'more cells than columns',
    (cells, number, version) => {
      good(cells, number, version)
      cells[3] = 1
    },
    ['`fill`', '`things`', '3 cells', 4, 'cells[3]'],
  ],
  [
    'an UPDATE of a column that is not recomputed',
    (cells, number, version) => void (cells[1] = ((cells[2] = `${version}`), number + version)),
    [
      '`things.amount`',
      'cells[1]',
      'row 1',
      'version 1',
      'version 0',
      '`recomputed`',
      '`2`',
      '`1`',
      '`recomputed: true`',
    ],
  ],
  [
    'an UPDATE that changes nothing',
    (cells, number) => void (cells[1] = ((cells[2] = 'note'), number)),
    ['UPDATE of', '`things`', 'note', '`fill`'],
  ],
  [
    'an error',
    () => {
      throw new RangeError('no such place')
    },
    ['`fill`', '`things`', 'row 1', 'version 0', 'RangeError: no such place'],
  ],
])('%s is named before anything is written', async ([, fill, named]) => {
  const error = await refusal([table(fill)])
  expect(error).toEqual(cdcError('ERR_CDC_OPTIONS', ...named))
  const connection = await useSchema()
  await expect(refusal([table(fill)], { target: connection })).resolves.toHaveProperty(
    'message',
    error.message.includes('again') ? expect.any(String) : error.message,
  )
  const { rowCount } = await (await useClient()).query(`SELECT FROM ${connection.schema}.things`)
  expect(rowCount).toBe(0)
})

test.for<[string, Partial<TableDefinition>, Names]>([
  [
    'a NULL where there is none',
    {
      columns: [...table(good).columns.slice(0, 2), { name: 'note', type: 'text', nullable: false, recomputed: true }],
      rows: () => ({ fill: (cells, number) => void (cells[1] = ((cells[2] = null), number)) }),
    },
    ['`things.note`', '`nullable: false`', '`null`'],
  ],
  [
    'rows that are no rows',
    { rows: (() => undefined) as unknown as TableDefinition['rows'] },
    ['`rows`', '`things`', '{ fill }', 'nothing'],
  ],
  ['rows that throw', { rows: noRows }, ['`rows`', '`things`', 'TypeError: no seed']],
  [
    'no column that UPDATEs set',
    {
      columns: table(good).columns.map(({ name, type }) => ({ name, type })),
      rows: () => ({ fill: (cells, number) => void (cells[1] = ((cells[2] = 'note'), number)) }),
    },
    ['`things`', '`recomputed`'],
  ],
])('%s: a definition that cannot be', async ([, part, named]) => {
  expect(await refusal([table(good, part)])).toEqual(cdcError('ERR_CDC_OPTIONS', ...named))
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

test.for<[type: string, value: unknown, named: Names]>([
  ['int2', 32_768, ['integer', '-32768', 32_767]],
  ['int8', 2 ** 53, ['integer', '-9007199254740991', '9007199254740991']],
  ['int8', 1n, ['integer']],
  ['numeric(5,2)', 100_000, ['integer', '5 digits', '10^2']],
  ['numeric(5,2)', 1.5, ['integer', '5 digits', '10^2']],
  ['bool', 1, ['true', 'false']],
  ['date', '2023-02-29', ['YYYY-MM-DD']],
  ['date', new Date(0), ['YYYY-MM-DD']],
  ['text', 'a\0b', ['text', 'NUL']],
  ['text', 5, ['text', 'NUL']],
])('a cell of %s is not %s', async ([type, value, named]) => {
  const columns = [
    { name: 'id', type: 'int8' },
    { name: 'x', type },
    { name: 'n', type: 'int4', recomputed: true },
  ]
  const fill: Fill = (cells, _number, version) => void (cells[1] = ((cells[2] = version), value))
  expect(await refusal([table(fill, { columns: columns as TableDefinition['columns'] })])).toEqual(
    cdcError('ERR_CDC_OPTIONS', '`things.x`', 'cells[1]', 'row 1', 'version 0', ...named),
  )
})

function family(child: Partial<TableDefinition>, parentKey: 'plain' | 'named' = 'named'): TableDefinition[] {
  const parent = table(good, { name: 'parents', ...(parentKey === 'named' && { sequences: { parent: 'id' } }) })
  return [parent, table(good, { parent: { table: 'parents', on: { amount: 'id' } }, ...child })]
}

test('rows that are not their parents', async () => {
  const tables = family({
    rows: () => ({ fill: (cells, number, version) => void (cells[1] = ((cells[2] = `${version}`), number + 1)) }),
  })
  expect(await refusal(tables)).toEqual(
    cdcError(
      'ERR_CDC_OPTIONS',
      '`things.amount`',
      'cells[1]',
      'row 1',
      '`id`',
      '`parents`',
      '`2`',
      '`1`',
      '`sequences`',
    ),
  )
})

test('rows that would be their parents if the tables were empty', async () => {
  const connection = await useSchema()
  const client = await useClient()
  await client.query(`CREATE TABLE ${connection.schema}.parents (id int8 PRIMARY KEY, amount int4, note text);
    INSERT INTO ${connection.schema}.parents VALUES (41, 1, '')`)
  expect(await refusal(family({}), { target: connection })).toEqual(
    cdcError('ERR_CDC_OPTIONS', '`things.amount`', 'row 1', '`id`', '`parents`', '`1`', '`42`'),
  )

  const rows: TableDefinition['rows'] = ({ sequences }) => ({
    fill: (cells, number, version) => void (cells[1] = ((cells[2] = `${version}`), sequences['parent']! + number)),
  })
  const tables = family({ rows, sequences: { parent: 'amount' } })
  await using stream = createCdcStream({ ...FAST, ratio: RATIO, target: connection, tables })
  await stream.start()
  await stream.finished
  expect(await stream.verify()).toMatchObject({ equal: true })
})

test.for<[string, () => TableDefinition[], Names]>([
  [
    'a column that the parent lacks',
    () => family({ parent: { table: 'parents', on: { amount: 'nr' } } }),
    ['`parent.on`', '`things`', '`parents`', '`nr`'],
  ],
  [
    'a circle',
    () => [
      table(good, { name: 'a', parent: { table: 'b', on: {} } }),
      table(good, { name: 'b', parent: { table: 'a', on: {} } }),
    ],
    ['circle', 'a, b'],
  ],
  ['the same table twice', () => [table(good), table(good)], ['things, things']],
])('%s is refused', async ([, tables, named]) => {
  expect(await refusal(tables())).toEqual(cdcError('ERR_CDC_OPTIONS', ...named))
})

test('what is wrong with an inline definition is told when the stream is made', () => {
  const make = (tables: unknown): unknown => createCdcStream({ tables: tables as TableDefinition[] })
  expect(() => make([{ ...table(good), key: 'nr' }])).toThrow(cdcError('ERR_CDC_OPTIONS', 'key', '`id`'))
  expect(() => make([null])).toThrow(cdcError('ERR_CDC_OPTIONS', '`defineTable`', '`null`'))
  expect(() => make([{ module: 'x' }])).toThrow(cdcError('ERR_CDC_OPTIONS', '`tables`', '`x`', 'nothing'))
  expect(() => make(['orders'])).toThrow(cdcError('ERR_CDC_OPTIONS', '`tables`', 'sales', 'returns', 'both'))
})

test.for<[string, string, Names]>([
  ['throws', "throw new Error('no licence')", ['does not load', 'no licence']],
  ['does not parse', 'export const = 1', ['`tables`', 'does not load']],
  ['exports other things', 'export const other = 1\nexport const more = 2', ['`orders`', '`more`', '`other`']],
  ['exports nothing', '', ['`orders`', 'nothing', '`defineTable()`']],
  ['exports a function', 'export const orders = () => ({})', ['`orders`', 'function']],
  ['exports a list', 'export const orders = []', ['`orders`', 'a list']],
  ['exports half a table', "export const orders = { name: 'orders', columns: [] }", ['`orders`', 'nothing']],
])('a module that %s', async ([, code, named]) => {
  const error = await refusal([{ module: await moduleOf(code), export: 'orders' }])
  expect(error).toEqual(cdcError('ERR_CDC_OPTIONS', ...named))
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
  expect(error).toEqual(cdcError('ERR_CDC_OPTIONS', 'vitest-cloudberry-cdc/engine'))
})

test.for<[string, string, Names]>([
  [
    'a varchar too short',
    'id int8 PRIMARY KEY, amount int4, note varchar(5)',
    ['`things.note`', 'cells[2]', 'row 1', 'version 0', 'at most 5', 'character varying(5)', '`note 0`'],
  ],
  [
    'a char of another length',
    'id int8 PRIMARY KEY, amount int4, note char(9)',
    ['`things.note`', 'character(9)', '`note 0`'],
  ],
  ['a column that is missing', 'id int8 PRIMARY KEY, note text', ['no amount']],
  [
    'a CHECK',
    'id int8 PRIMARY KEY, amount int4 CHECK (amount < 20), note text',
    ['INSERT of', 'rows 1 to 20', 'constraint "things_amount_check"'],
  ],
  [
    'a CHECK that UPDATEs break',
    "id int8 PRIMARY KEY, amount int4, note text CHECK (note <> 'note 1')",
    ['UPDATE of', 'rows 1 to 20', '"things_note_check"'],
  ],
  ['a unique column', 'id int8 PRIMARY KEY, amount int4, note text UNIQUE', ['constraint "things_note_key"']],
  [
    'a foreign key',
    'id int8 PRIMARY KEY, amount int4 REFERENCES places (id), note text',
    ['"things_amount_fkey"', 'Key (amount)=(1)', '"places"'],
  ],
  [
    'a deferred foreign key',
    'id int8 PRIMARY KEY, amount int4 REFERENCES places (id) DEFERRABLE INITIALLY DEFERRED, note text',
    ['constraint "things_amount_fkey"'],
  ],
  ['an enum without its name', 'id int8 PRIMARY KEY, amount int4, note mood', ['things.note', '`enumType`', 'mood']],
  ['a uuid that UPDATEs set', 'id int8 PRIMARY KEY, amount int4, note uuid', ['things.note', 'recomputed uuid']],
])('%s is named before the stream begins', async ([, columns, named]) => {
  const connection = await useSchema()
  const client = await useClient()
  await client.query(`SET search_path TO ${connection.schema}; CREATE TYPE mood AS ENUM ('glad');
    CREATE TABLE places (id int4 PRIMARY KEY); CREATE TABLE things (${columns})`)
  const error = await refusal([table(good)], { target: connection })
  expect(error).toEqual(cdcError('ERR_CDC_TARGET', ...named))
  expect((await client.query('SELECT FROM things')).rowCount).toBe(0)
})

test('what the database would not take is told by a stream with a script, too', async () => {
  const connection = await useSchema()
  await (
    await useClient()
  ).query(`CREATE TABLE ${connection.schema}.things (id int8 PRIMARY KEY, amount int4, note varchar(5))`)
  const script = { format: 1, seed: 1, tables: [{ name: 'things' }], batches: [[['insert', 'things', '1']]] } as const
  await using stream = createCdcStream({ ...FAST, target: connection, tables: [table(good)] })
  await expect(stream.run(script)).rejects.toThrow(cdcError('ERR_CDC_TARGET', '`things.note`', 'at most 5'))
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
