import { expect, test } from 'vitest'
import { createCdcStream } from '../../src/index.js'
import { lockStatements } from '../../src/database/postgres/run-writer.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { planRows } from '../../src/plan/table-rows.js'
import { emptyBaseline } from '../../src/plan/plan-input.js'
import { cdcError, naming } from '../support/cdc-error.js'
import { createExistingTables } from '../support/existing-rows.js'
import { useClient, useSchema } from '../support/server.js'

const BUSY = { batchSize: 50, interval: 0, ratio: { insert: 50, update: 50 }, createTables: true } as const

test.each([
  ['updated', { insert: 50, update: 50 }],
  ['deleted', { insert: 50, delete: 50 }],
])('rows that another session took away end the stream when they are to be %s, with their keys', async (_, ratio) => {
  const connection = await useSchema()
  const other = await useClient(connection)
  await using stream = createCdcStream({ ...BUSY, ratio, target: connection, tables: 'sales', seed: 21 })
  await stream.step(2)
  const before = stream.ledger.at(2).fingerprint('store_sales_heap')
  await other.query(`DELETE FROM ${connection.schema}.store_sales_heap`)
  await expect(stream.step(1)).rejects.toThrow(
    cdcError(
      'ERR_CDC_WRITE',
      'insert' in ratio && 'update' in ratio ? 'UPDATE' : 'DELETE',
      '25 rows',
      `\`${connection.schema}.store_sales_heap\``,
      'got 0',
    ),
  )
  expect(stream.state).toBe('failed')
  expect(stream.ledger.commit).toBe(2)
  expect(stream.ledger.at(2).fingerprint('store_sales_heap')).toBe(before)
})

test('a damaged table is found: missing, unexpected, doubled and changed rows, with their columns', async () => {
  const connection = await useSchema()
  const other = await useClient(connection)
  const schema = connection.schema
  await createExistingTables(other, schema, 0)
  await using stream = createCdcStream({ ...BUSY, target: connection, seed: 22, nulls: 'none' })
  await stream.step(4)
  expect(await stream.verify()).toMatchObject({ equal: true })
  const sales = `${schema}.store_sales_heap`
  const keys = [...stream.ledger.at(4).rows('store_sales_heap')].map(({ ss_id: key }) => String(key))
  const [missing, changed, doubled] = keys
  await other.query(`INSERT INTO ${sales} SELECT * FROM ${sales} WHERE ss_id = $1`, [doubled])
  await other.query(`DELETE FROM ${sales} WHERE ss_id = $1`, [missing])
  await other.query(`UPDATE ${sales} SET ss_net_paid = ss_net_paid + 1, ss_promo_sk = NULL WHERE ss_id = $1`, [changed])
  await other.query(`INSERT INTO ${sales} (ss_id) VALUES (999999)`)
  const { equal, differing, differences } = await stream.verify()
  expect({ equal, differing }).toEqual({ equal: false, differing: 4 })
  const kinds = Object.fromEntries(differences.map(({ kind, key }) => [kind, key]))
  expect(kinds).toEqual({ missing, different: changed, duplicate: doubled, unexpected: '999999' })
  const columns = differences.find(({ kind }) => kind === 'different')?.columns
  expect(columns?.map(({ column }) => column)).toEqual(['ss_promo_sk', 'ss_net_paid'])
  expect(columns?.[0]?.actual).toBeNull()
  expect(Number(columns?.[1]?.actual) - Number(columns?.[1]?.expected)).toBeCloseTo(1)
})

test('a second stream on the same tables is refused, and welcome once the first has ended', async () => {
  const connection = await useSchema()
  await using first = createCdcStream({ ...BUSY, target: connection, continuous: true })
  await first.start()
  await using second = createCdcStream({ ...BUSY, target: connection, batches: 1 })
  await expect(second.start()).rejects.toThrow(
    cdcError('ERR_CDC_TARGET', `\`${connection.schema}.store_sales_heap\``, 'only', 'server process'),
  )
  await first.stop()
  await using third = createCdcStream({ ...BUSY, target: connection, batches: 2 })
  await third.start()
  await third.finished
  expect(await third.verify()).toMatchObject({ equal: true })
})

test('a table that is dropped while the stream runs ends it with one clear error', async () => {
  const connection = await useSchema()
  const other = await useClient(connection)
  await using stream = createCdcStream({ ...BUSY, target: connection, continuous: true })
  await stream.start()
  await other.query(`DROP TABLE ${connection.schema}.store_returns_heap`)
  await expect(stream.finished).rejects.toMatchObject({
    code: 'ERR_CDC_WRITE',
    message: expect.stringMatching(naming('batch', `${connection.schema}.store_returns_heap`)) as string,
    cause: { code: '42P01' },
  })
  await expect(stream.stop()).rejects.toMatchObject({ code: 'ERR_CDC_WRITE', cause: { code: '42P01' } })
})

test('a trigger that keeps rows away is told', async () => {
  const connection = await useSchema()
  const other = await useClient(connection)
  const { schema } = connection
  await createExistingTables(other, schema, 0)
  await other.query(`CREATE FUNCTION ${schema}.skip() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`)
  await other.query(
    `CREATE TRIGGER skip BEFORE INSERT ON ${schema}.store_sales_heap FOR EACH ROW EXECUTE FUNCTION ${schema}.skip()`,
  )
  await using stream = createCdcStream({ ...BUSY, target: connection, batches: 1 })
  await expect(stream.start()).rejects.toThrow(cdcError('ERR_CDC_WRITE', `\`${schema}.store_sales_heap\``, 'trigger'))
  expect((await other.query(`SELECT FROM ${schema}.store_returns_heap`)).rowCount).toBe(0)
})

test('where UPDATE and DELETE lock whole tables, a batch locks in table order, in the strongest mode it needs', () => {
  const tables = [storeSales, storeReturns]
  const rows = planRows({
    tables: tables.map((definition) => ({ definition, baseline: emptyBaseline })),
    baselineRows: 0,
    batchSize: 1,
    mix: { kind: 'windows' },
    seed: 1,
    scale: 1,
    nulls: 'none',
    businessDay: undefined,
  })
  const run = (kind: 'insert' | 'update' | 'delete', table: number) => ({ kind, table, numbers: [1], versions: [0] })
  const batch = { commit: 1, runs: [run('delete', 1), run('insert', 0), run('insert', 1)] }
  expect(lockStatements(batch.runs, rows, 'tpcds')).toEqual([
    'LOCK TABLE "tpcds"."store_sales_heap" IN ROW EXCLUSIVE MODE',
    'LOCK TABLE "tpcds"."store_returns_heap" IN EXCLUSIVE MODE',
  ])
})
