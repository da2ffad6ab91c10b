import { describe, expect, test } from 'vitest'
import { createCdcStream } from '../../src/index.js'
import { verifyShards } from '../../src/shards/verify-shards.js'
import { defineTable } from '../../src/tables/define-table.js'
import type { Cell, ColumnType } from '../../src/tables/column.js'
import { Random } from '../../src/tables/random.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'
import { cdcError } from '../support/cdc-error.js'
import { clockedTables } from '../support/clocked-tables.js'
import { keyedTables } from '../support/keyed-tables.js'
import { relatedTables } from '../support/families.js'
import { hasSource, useClient, useDatabase } from './source.js'

const onSource = test.runIf(hasSource)

const options = { createTables: true, interval: 0, seed: 8, ratio: { insert: 40, update: 30, delete: 30 } } as const

/** By type, cells at the edges of what MySQL has of it. */
const EDGES: Readonly<Partial<Record<ColumnType, readonly Cell[]>>> = {
  int2: [-32_768, 32_767, 0, null],
  int4: [-2_147_483_648, 2_147_483_647, null],
  int8: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 0],
  'numeric(7,2)': [-9_999_999, 9_999_999, 5, 0, null],
  'numeric(12,0)': [999_999_999_999, -1],
  'numeric(9,5)': [1, -123_456_789],
  text: [
    '',
    ' ',
    'a\tb\nc\\d',
    '\'"`',
    '\\N',
    'NULL',
    '🙂 é 中',
    ' trailing ',
    'x'.repeat(5_000),
    '\u0001\b\f\v\r',
    null,
  ],
  bool: [true, false, null],
  date: ['1000-01-01', '2024-02-29', '9999-12-31', null],
  time: ['00:00:00', '23:59:59.999999', '12:34:56.7', null],
  'time(3)': ['00:00:00.001', '12:34:56'],
  timestamp: ['2024-02-29 12:34:56.789', '1000-01-01 00:00:00', '9999-12-31 23:59:59.999999', null],
  timestamptz: ['1970-01-01 00:00:01+00', '2024-03-31 01:30:00.5+00', '2037-12-31 23:59:59.999999+00', null],
  'timestamptz(3)': ['2024-03-31 01:30:00.001+00'],
  float8: ['0', '0.1', '1e+20', '1e-07', '1.7976931348623157e+308', '999999999999999', '-2.5', null],
  float4: ['0.1', '1e+06', '999999', '3.25', '-0.0001', null],
  uuid: ['00000000-0000-0000-0000-000000000000', '123e4567-e89b-42d3-a456-426614174000', null],
  bytea: ['\\x', '\\x00ff', '\\xdeadbeef', '\\x5c78090a', null],
  json: ['{"a": 1, "bc": [true, null, "x"]}', '[]', '"text \\\\ \\" 🙂"', '0.5', null],
  jsonb: ['{"": {}, "é": "🙂\\n"}', '[1, [2], {"three": 3}]', 'true', null],
  'bit(1)': ['0', '1'],
  'bit(9)': ['000000000', '101010101', '111111111', null],
  'bit(64)': ['1'.repeat(64), '0'.repeat(64), `1${'0'.repeat(63)}`],
}

/** A column of every type that is kept, and one that UPDATEs set. */
function tableOf(types: readonly [ColumnType, readonly Cell[]][]): TableDefinition {
  return defineTable({
    name: 'typed_things',
    key: 'id',
    columns: [
      { name: 'id', type: 'int8', nullable: false },
      ...types.flatMap(([type], index) => [
        { name: `kept ${index}`, type },
        { name: `changed\`${index}`, type, recomputed: true },
      ]),
    ],
    rows({ seed }) {
      const kept = new Random(seed, 'typed')
      const changing = new Random(seed, 'typed, changing')
      const write = (cells: Cell[], number: number, version: number): void => {
        changing.at(number, version)
        types.forEach(([, values], index) => (cells[2 + 2 * index] = changing.pick(values)))
      }
      return {
        fill(cells, number, version) {
          kept.at(number)
          types.forEach(([, values], index) => (cells[1 + 2 * index] = kept.pick(values)))
          write(cells, number, version)
        },
        revise: write,
      }
    },
  })
}

const types = Object.entries(EDGES) as [ColumnType, readonly Cell[]][]

describe('types', () => {
  onSource.for(['LOAD DATA', 'INSERT'])('all that MySQL has, at their edges, by %s', async (how) => {
    const target = useDatabase()
    const admin = await useClient()
    await admin.query(`SET GLOBAL local_infile = ${how === 'INSERT' ? 'OFF' : 'ON'}`)
    try {
      const tables = [tableOf(types)]
      await using stream = createCdcStream({ ...options, target, tables, batches: 30, batchSize: 40 })
      await stream.start()
      await stream.finished
      expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
      // Those that stand there now take part.
      await using again = createCdcStream({ ...options, target, tables, batches: 10, batchSize: 40, seed: 9 })
      await again.start()
      const { updates } = await again.finished
      expect(updates).toBeGreaterThan(50)
      expect(await again.verify()).toMatchObject({ equal: true, differences: [] })
    } finally {
      await admin.query('SET GLOBAL local_infile = ON')
    }
  })

  onSource.for<ColumnType>(['numeric', 'interval', 'inet', 'cidr', 'varbit', 'int4[]', 'bit(65)', 'numeric(70,2)'])(
    '%s has no counterpart, which is told before anything is written',
    async (type) => {
      const target = useDatabase()
      const tables = [tableOf([[type, [null]]])]
      await using stream = createCdcStream({ ...options, target, tables, batches: 1 })
      await expect(stream.start()).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', 'typed_things.kept 0', type))
      const { rows } = await (await useClient()).query(`SHOW TABLES IN ${target.schema}`)
      expect(rows).toEqual([])
    },
  )
})

describe('keys', () => {
  onSource.for(Object.entries(keyedTables))('%s', async ([, definition]) => {
    const target = useDatabase()
    for (const seed of [1, 2]) {
      await using stream = createCdcStream({
        ...options,
        target,
        tables: [definition],
        batches: 12,
        batchSize: 30,
        seed,
        writers: 2,
        lateCommit: 0.2,
      })
      await stream.start()
      await stream.finished
      expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
    }
  })

  onSource('shards of a table with each kind of key', async () => {
    for (const definition of ['one int8 that is not first', 'uuid', 'tenant and uuid'].map(
      (kind) => keyedTables[kind]!,
    )) {
      const target = useDatabase()
      const shards = ['1/2', '2/2'].map((shard) => ({
        ...options,
        target,
        shard,
        base: 0,
        batches: 4,
        batchSize: 20,
        tables: [definition],
      }))
      await Promise.all(
        shards.map(async (shard) => {
          await using stream = createCdcStream({ ...shard, createTables: true })
          await stream.start()
          await stream.finished
        }),
      )
      expect(await verifyShards(target, shards), definition.name).toMatchObject({ equal: true, commits: 8 })
    }
  })
})

onSource('clocks of every kind', async () => {
  const target = useDatabase()
  await using stream = createCdcStream({
    ...options,
    target,
    tables: clockedTables,
    batches: 20,
    batchSize: 30,
    lateCommit: 0.3,
  })
  await stream.start()
  await stream.finished
  expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
})

onSource('families of tables', async () => {
  const target = useDatabase()
  const tables = relatedTables([
    {},
    { parent: 0, most: 4, least: 0, skew: 1 },
    { parent: 1, most: 2, refers: [0] },
    { refers: [3] },
  ])
  await using stream = createCdcStream({
    ...options,
    target,
    tables,
    batches: 25,
    batchSize: 30,
    writers: 2,
    lateCommit: 0.3,
  })
  await stream.start()
  await stream.finished
  expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
})
