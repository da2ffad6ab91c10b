import { describe, expect, test } from 'vitest'
import {
  type CdcOptions,
  type CdcStream,
  type ChangeScript,
  createCdcStream,
  defineTable,
  matchCommit,
  replayEvents,
  type TableDefinition,
} from '../../src/index.js'
import { classesOf, type Reached, reachFrom, tamper } from '../support/reach.js'

/** Methods that make commits or end the stream. `verify()` needs a database. */
const ACTING: readonly PropertyKey[] = [
  'abort',
  'audit',
  'during',
  'pause',
  'prepare',
  'reached',
  'resume',
  'run',
  'setRate',
  'start',
  'step',
  'stop',
  'verify',
  Symbol.asyncDispose,
]

/** A table, written as users do, that can be tampered with after it was given. */
const table = (name: string, parent?: string): TableDefinition => ({
  name,
  key: 'id',
  columns: [
    { name: 'id', type: 'int8', nullable: false },
    { name: 'parent_id', type: 'int8', nullable: false },
    { name: 'day', type: 'date' },
    { name: 'amount', type: 'numeric(9,2)', recomputed: true },
  ],
  ...(parent !== undefined && { parent: { table: parent, on: { parent_id: 'id' } } }),
  sequences: { parent: 'parent_id' },
  rows: ({ seed, sequences }) => ({
    fill: (cells, number, version) => {
      cells[1] = (sequences['parent'] ?? 0) + number
      cells[2] = `2024-03-${String(1 + (number % 31)).padStart(2, '0')}`
      cells[3] = (seed % 1000) + number + version
    },
  }),
})

const script = (): ChangeScript => ({
  format: 1,
  seed: 7,
  tables: [{ name: 'store_sales_heap', maxKey: 9, sequences: { ticket: 5 }, images: [] }],
  batches: [
    [['insert', 'store_sales_heap', '1..9']],
    [['update', 'store_sales_heap', '2@1']],
    [['delete', 'store_sales_heap', '3']],
    [['insert', 'store_sales_heap', '10..20']],
    [['update', 'store_sales_heap', '4@1']],
    [['delete', 'store_sales_heap', '2@1']],
    [['update', 'store_sales_heap', '5@1']],
    [['insert', 'store_sales_heap', '3@1']],
  ],
})

const planned = (): CdcOptions => ({
  batches: 8,
  batchSize: 30,
  seed: 5,
  ratio: { insert: 60, update: 25, delete: 15 },
})

/** What is given is made anew for every stream. */
const streams: Readonly<Record<string, () => CdcOptions & { readonly target: 'none' }>> = {
  'the built-in tables': () => ({ ...planned(), target: 'none' }),
  'inline tables': () => ({
    ...planned(),
    hazards: { reinsert: 0.5, sameKeyChains: 0.3 },
    tables: [table('parents'), table('children', 'parents')],
    target: 'none',
  }),
  'a script': () => ({ script: script(), tables: 'sales', target: 'none' }),
}

/** All that a ledger tells, up to a commit. */
function account({ ledger }: CdcStream, upTo: number): unknown {
  return Array.from({ length: upTo + 1 }, (_, commit) => {
    const state = ledger.at(commit)
    const tables = ledger.tables.map((name) => {
      const rows = [...state.rows(name)]
      const key = Object.values(rows[0] ?? {}).map(String)[0] ?? ''
      return [name, state.count(name), state.fingerprint(name), state.sums(name), rows, ledger.row(name, key).history()]
    })
    return [tables, commit === 0 ? [] : [ledger.counts(commit), ...ledger.changes(commit)]]
  })
}

/** Everything within reach of the holder of a stream, and of what it was given. */
async function reach(stream: CdcStream): Promise<Reached[]> {
  const [name] = stream.ledger.tables
  const [row] = [...stream.ledger.at(1).rows(name!)]
  const [key] = Object.keys(row!)
  const calls = [
    [name, row![key!]],
    [1, 2],
    [[key]],
    [{ by: [key], count: 'n' }],
    [() => true],
    [{ format: 'maxwell' }],
    [],
  ]
  return reachFrom('stream', stream, calls, ACTING)
}

describe.each(Object.entries(streams))('with %s', (_, options) => {
  test('nothing that a user reaches is of a class that is not theirs', async () => {
    await using stream = createCdcStream(options())
    await stream.step(4)
    const reached = await reach(stream)
    const paths = reached.map(({ path }) => path)
    for (const path of [
      'stream.ledger.at().rows()[]',
      'stream.ledger.changes()[].after',
      'stream.ledger.row().history()[].row',
      'stream.table().where().aggregate()',
      'stream.commits()[].tables',
    ]) {
      expect(paths).toContain(path)
    }
    const classes = reached.flatMap(({ path, value }) => classesOf(value).map((name) => `${name} at ${path}`))
    const own =
      /^(RerunnableStream at stream|NarrowedTable at stream\.table\(\)(\.(columns|where|aggregate|named)\(\))*)$/
    expect(classes.filter((found) => !own.test(found))).toEqual([])
    expect(classes.length).toBeGreaterThan(5)
  })

  test('nothing that is done to it changes what the ledger tells, nor what comes next', async () => {
    await using untouched = createCdcStream(options())
    await untouched.step(4)
    const given = options()
    await using stream = createCdcStream(given)
    await stream.step(4)
    for (const { value } of [...(await reach(stream)), ...(await reachFrom('given', given, [], []))]) tamper(value)
    expect(account(stream, 4)).toEqual(account(untouched, 4))
    await stream.step(4)
    await untouched.step(4)
    expect(account(stream, 8)).toEqual(account(untouched, 8))
  })
})

test('a definition cannot be changed once it is defined', () => {
  const definition = defineTable(table('children', 'parents'))
  const before = structuredClone({ ...definition, rows: undefined })
  const { columns, parent, sequences } = definition
  for (const part of [columns, ...columns, parent!.on, parent!, sequences!, definition]) tamper(part)
  expect(definition).toMatchObject({ ...before, rows: expect.any(Function) as unknown })
})

test('what is asked of a table is as it was when it was asked', async () => {
  await using stream = createCdcStream({ ...planned(), target: 'none', tables: [table('parents')] })
  const columns = ['id', 'amount']
  const by = ['day']
  const narrowed = stream.table('parents').columns(columns)
  const summed = stream.table('parents').aggregate({ by, count: 'n' })
  columns.length = 0
  by.length = 0
  await stream.step(1)
  const rows = [...stream.ledger.at(1).rows('parents')]
  expect(matchCommit(rows, narrowed)).toEqual({ first: 1, last: 1 })
  const wrong = rows.map((row) => ({ ...row, amount: '0.00' }))
  expect(matchCommit(wrong, narrowed)).toBeUndefined()
  // No two of them are of one day.
  expect(
    matchCommit(
      rows.map(({ day }) => ({ day, n: '1' })),
      summed,
    ),
  ).toEqual({ first: 1, last: 1 })
})

test('only tables of a stream are compared with', async () => {
  await using stream = createCdcStream({ ...planned(), target: 'none', tables: [table('parents')] })
  await stream.step(1)
  const copy = { ...stream.table('parents') }
  expect(() => matchCommit([], { parents: copy as never })).toThrow(
    expect.objectContaining({ code: 'ERR_CDC_OPTIONS' }) as Error,
  )
  expect(() => replayEvents([], copy as never)).toThrow(expect.objectContaining({ code: 'ERR_CDC_OPTIONS' }) as Error)
})
