import { describe, expect, test } from 'vitest'
import { ordinalSql } from '../../src/database/postgres/key-sql.js'
import {
  createCdcStream,
  eventFormats,
  explainCommit,
  matchCommit,
  replayEvents,
  type TableDefinition,
} from '../../src/index.js'
import { scriptOf } from '../../src/plan/script/script-of.js'
import { verifyShards } from '../../src/shards/verify-shards.js'
import { keyText, TableKey } from '../../src/tables/keys/table-key.js'
import { cdcError } from '../support/cdc-error.js'
import { foreignKeys, keyedTable, keyedTables } from '../support/keyed-tables.js'
import { outcomesReadBack } from '../support/lost-answers.js'
import { planInput } from '../support/plan-inputs.js'
import { useClient, useSchema } from '../support/server.js'

const all = Object.entries(keyedTables)
const tables = Object.values(keyedTables)

const options = {
  batches: 10,
  batchSize: 30,
  interval: 0,
  seed: 7,
  ratio: { insert: 50, update: 30, delete: 20 },
  createTables: true,
} as const

const hazards = { reinsert: 0.2, sameKeyChains: 0.2, hotKeys: 0.2 }

const namesOf = (key: TableKey): string => key.parts.map((part) => `"${part.name}"`).join(', ')

describe('tables with keys of every kind', () => {
  test('the database, drivers and feeds have them as the ledger has them', async () => {
    const target = await useSchema()
    const client = await useClient(target)
    await client.query(`SET search_path = ${target.schema}`)
    await using stream = createCdcStream({ ...options, batches: 5, batchSize: 20, tables, target, hazards })
    await stream.start()
    expect((await stream.finished).updates).toBeGreaterThan(15 * tables.length)
    expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
    const feeds = new Map<string, object[]>()
    for (const format of eventFormats) {
      const events: object[] = []
      for await (const commit of stream.commits({ format })) events.push(...commit.events)
      feeds.set(format, events)
    }
    for (const [what, definition] of all) {
      const { name } = definition
      const key = new TableKey(definition)
      const table = stream.table(name)
      const { rows } = await client.query(`SELECT * FROM ${name}`)
      expect(explainCommit(rows, table), what).toBeUndefined()
      const lost = explainCommit(rows.slice(1), table)?.anomalies[0]
      expect(lost?.name, what).toMatch(/^lost/)
      const texts = key.parts.map((part) => `${part.name}::text`).join(', ')
      const found = await client.query<{ key: string[] }>(`SELECT ARRAY[${texts}] AS key FROM ${name}`)
      const keys = found.rows.map((row) => keyText(row.key))
      expect(keys, what).toContain(lost?.key)
      // Text or list, and the row that it leads to.
      for (const given of [lost!.key!, found.rows[keys.indexOf(lost!.key!)]!.key]) {
        const last = stream.ledger.row(name, given).history().at(-1)
        expect(explainCommit([...rows.slice(1), last!.row!], table), what).toBeUndefined()
      }
      for (const [format, events] of feeds) {
        expect(replayEvents(events, table).anomalies, `${what}, ${format}`).toEqual([])
      }
    }
  })

  test('rows that stood there take part, and new ones have other keys', async () => {
    const target = await useSchema()
    const client = await useClient(target)
    await client.query(`SET search_path = ${target.schema}`)
    {
      await using first = createCdcStream({ ...options, tables, target })
      await first.start()
      await first.finished
    }
    const before = new Map<string, number | null>()
    for (const [what, definition] of all) {
      const { name } = definition
      const key = new TableKey(definition)
      for (const cells of foreignKeys[what] ?? []) {
        const marks = cells.map((_, place) => `$${place + 1}`).join(', ')
        await client.query(`INSERT INTO ${name} (${namesOf(key)}) VALUES (${marks})`, [...cells])
      }
      before.set(name, (await client.query(`SELECT FROM ${name}`)).rowCount)
    }
    await using again = createCdcStream({ ...options, tables, target })
    await again.start()
    await again.finished
    expect(await again.verify()).toMatchObject({ equal: true, differences: [] })
    for (const { name } of tables) {
      expect(again.ledger.at(0).count(name), name).toBe(before.get(name))
      expect((await client.query(`SELECT FROM ${name}`)).rowCount, name).toBe(again.ledger.at().count(name))
    }
  })

  test('a run goes on from its token', async () => {
    const target = await useSchema()
    let token: string | undefined
    {
      await using stream = createCdcStream({
        ...options,
        tables,
        target,
        observe: (event) => {
          if (event.type === 'resumable') token = event.token
        },
      })
      await stream.step(4)
    }
    await using stream = createCdcStream({ target, tables, resume: token! })
    await stream.start()
    expect(await stream.finished).toMatchObject({ commits: options.batches })
    expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
  })

  test.for([true, false])('a commit without an answer is read back: there %s', async (forward) => {
    const outcomes = await outcomesReadBack(await useSchema(), forward, { ...options, batches: 6, tables })
    expect(outcomes).toEqual(outcomes.map(() => forward))
    expect(outcomes.length).toBeGreaterThan(2)
  })

  test('transactions overlap', async () => {
    const overlap = { writers: 3, lateCommit: 0.3, rollback: 0.2 }
    const target = await useSchema()
    await using stream = createCdcStream({ ...options, ...overlap, batches: 30, batchSize: 12, tables, target })
    await stream.start()
    await stream.finished
    expect(await stream.verify()).toMatchObject({ equal: true, commit: 30 })
  })

  test('a script is run', async () => {
    const input = planInput({ tables, batchSize: 30, ratio: options.ratio, seed: 3 })
    await using stream = createCdcStream({ target: await useSchema(), tables, createTables: true })
    await stream.run(scriptOf(input, 5))
    expect(await stream.verify()).toMatchObject({ equal: true, commit: 5 })
  })
})

test.for(all)('SQL reads from a key the number that it was made of: %s', async ([, definition]) => {
  const key = new TableKey(definition)
  const client = await useClient()
  const columns = key.parts.map((part) => `"${part.name}" ${part.column.type}`)
  await client.query(`CREATE TEMPORARY TABLE k (${columns.join(', ')})`)
  const ordinals = [1, 2, 3, 10, 999, 2 ** 31 + 5, 2 ** 47, key.most].filter((ordinal) => ordinal <= key.most)
  const marks = key.parts.map((_, place) => `$${place + 1}`).join(', ')
  for (const ordinal of ordinals) {
    await client.query(`INSERT INTO k (${namesOf(key)}) VALUES (${marks})`, key.cellsOf(ordinal))
  }
  const read = `SELECT (${ordinalSql(key)})::text AS ordinal FROM k`
  const found = await client.query<{ ordinal: string }>(read)
  expect(new Set(found.rows.map(({ ordinal }) => ordinal))).toEqual(new Set(ordinals.map(String)))
})

test('a row of somebody else is told, by its key', async () => {
  const target = await useSchema()
  const client = await useClient(target)
  await using stream = createCdcStream({ ...options, target, tables: [keyedTables['tenant and uuid']!] })
  await stream.start()
  await stream.finished
  const [tenant, id] = ['0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b', '0c0c0c0c-0c0c-4c0c-8c0c-0c0c0c0c0c0c']
  await client.query(`INSERT INTO ${target.schema}.tenant_uuids (tenant_id, id) VALUES ('${tenant}', '${id}')`)
  const { differences } = await stream.verify()
  expect(differences).toMatchObject([{ table: 'tenant_uuids', key: `(${tenant}, ${id})`, kind: 'unexpected' }])
  const { rows } = await client.query(`SELECT * FROM ${target.schema}.tenant_uuids`)
  const anomalies = explainCommit(rows, stream.table('tenant_uuids'))?.anomalies
  expect(anomalies).toMatchObject([{ name: 'phantom', key: `(${tenant}, ${id})` }])
})

test('a smallint whose range is used up ends the stream before it writes the batch', async () => {
  const target = await useSchema()
  const client = await useClient(target)
  const definition = keyedTables['one int2']!
  const more = { ...options, ratio: { insert: 1 }, tables: [definition], batches: 10 }
  await client.query(`CREATE TABLE ${target.schema}.one_int2 (id smallint PRIMARY KEY, note text, amount numeric(9,2))`)
  await client.query(`INSERT INTO ${target.schema}.one_int2 (id) VALUES (32700)`)
  await using stream = createCdcStream({ ...more, target })
  const error = cdcError('ERR_CDC_WRITE', 'id', 'int2', '`one_int2`', 'batch 3', 32_767)
  await stream.start().catch(() => undefined)
  await expect(stream.finished).rejects.toThrow(error)
  expect(stream.ledger.commit).toBe(2)
  const { rows } = await client.query(`SELECT count(*)::int4 AS count, max(id) FROM ${target.schema}.one_int2`)
  expect(rows).toEqual([{ count: 61, max: 32_760 }])
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 2 })

  await client.query(`INSERT INTO ${target.schema}.one_int2 (id) VALUES (32767)`)
  await using full = createCdcStream({ ...more, target })
  await expect(full.start()).rejects.toThrow(cdcError('ERR_CDC_TARGET', `\`${target.schema}.one_int2.id\``, 32_767))
})

test('a run without an end goes on, although its keys will be used up', async () => {
  const target = await useSchema()
  const { batches: _, ...endless } = { ...options, batchSize: 100, ratio: { insert: 1 }, continuous: true }
  let token: string | undefined
  {
    await using stream = createCdcStream({
      ...endless,
      tables: [keyedTables['one int2']!],
      target,
      observe: (event) => {
        if (event.type === 'resumable') token = event.token
      },
    })
    await stream.step(3)
  }
  await using stream = createCdcStream({ target, tables: [keyedTables['one int2']!], resume: token! })
  await stream.step(2)
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 5, rows: { one_int2: 500 } })
})

test('values that are used up are told before the stream begins', async () => {
  const few = keyedTable(
    'few',
    [
      { column: 'a', values: 5 },
      { column: 'b', values: ['x', 'y'] },
    ],
    { name: 'a', type: 'int4' },
    { name: 'b', type: 'text' },
  )
  const target = await useSchema()
  await using stream = createCdcStream({
    ...options,
    batches: 2,
    batchSize: 5,
    ratio: { insert: 1 },
    tables: [few],
    target,
  })
  await stream.start()
  await stream.finished
  expect(await stream.verify()).toMatchObject({ equal: true, rows: { few: 10 } })
  await using full = createCdcStream({ ...options, tables: [few], target })
  await expect(full.start()).rejects.toThrow(cdcError('ERR_CDC_TARGET', `\`${target.schema}.few\``, 'a', 'b', 10))
})

const customers = keyedTable('customers', 'id', { name: 'id', type: 'uuid' })
const visits: TableDefinition = {
  ...keyedTable(
    'visits',
    [
      { column: 'tenant_id', values: 3 },
      { column: 'id', uuid: 'v7' },
    ],
    { name: 'tenant_id', type: 'int2' },
    { name: 'id', type: 'uuid' },
    { name: 'customer_id', type: 'uuid', nullable: false },
  ),
  parent: { table: 'customers', on: { customer_id: 'id' } },
  rows: ({ keyOf }) => ({
    fill: (cells, number, version) => {
      cells[0] = `version ${version}`
      ;[cells[3] = null] = keyOf('customers', number)
      cells[4] = version
    },
    revise: (cells, _number, version) => void (cells[4] = version),
  }),
  ddl: `CREATE TABLE visits (note text, tenant_id int2, id uuid, customer_id uuid NOT NULL REFERENCES customers,
          amount numeric(9,2), PRIMARY KEY (tenant_id, id))`,
}

test('a foreign key points at a uuid, before rows that stood there and behind them', async () => {
  const target = await useSchema()
  for (const seed of [1, 2]) {
    await using stream = createCdcStream({ ...options, seed, target, tables: [customers, visits], hazards })
    await stream.start()
    await stream.finished
    expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
  }
})

test('a child that was read without its parent is named by its key', async () => {
  const target = await useSchema()
  const client = await useClient(target)
  await client.query(`SET search_path = ${target.schema}`)
  await using stream = createCdcStream({ ...options, target, tables: [customers, visits] })
  await stream.start()
  await stream.finished
  const { rows: parents } = await client.query('SELECT * FROM customers ORDER BY id')
  const { rows: children } = await client.query('SELECT * FROM visits')
  expect(matchCommit({ customers: parents, visits: children }, stream)).toBeDefined()
  const child = children.find(({ customer_id: id }) => id === parents[0].id)
  const without = child ? parents.filter(({ id }) => id !== child.customer_id) : parents
  const found = explainCommit({ customers: without, visits: children }, stream)
  expect(found?.anomalies.find(({ name }) => name === 'orphan row')?.key).toBe(`(${child.tenant_id}, ${child.id})`)
})

test('shards have keys of their own, whatever their kind is', async () => {
  const target = await useSchema()
  const some = ['uuid', 'uuid of version 7', 'tenant and number', 'one int8 that is not first'].map(
    (what) => keyedTables[what]!,
  )
  const shared = { ...options, tables: some, base: 100 }
  const shards = ['1/2', '2/2'].map((shard) => ({ ...shared, shard }))
  for (const shard of shards) {
    await using stream = createCdcStream({ ...shard, target })
    await stream.start()
    await stream.finished
    expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
  }
  const found = await verifyShards(target, shards)
  expect(found.shards.flatMap(({ differences }) => differences)).toEqual([])
  expect(found.outside.differing).toBe(0)
  expect(found.equal).toBe(true)
  await using used = createCdcStream({ ...shards[0]!, target })
  await expect(used.start()).rejects.toThrow(cdcError('ERR_CDC_TARGET', '1/2'))
})

test.for(['one int2', 'one int4', 'text with a prefix', 'values alone'])(
  'shards need room, which `%s` does not have',
  async (what) => {
    const definition = keyedTables[what]!
    await using stream = createCdcStream({ ...options, tables: [definition], shard: '1/2', base: 0, target: 'none' })
    await expect(stream.start()).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', 'shard', 'base'))
  },
)
