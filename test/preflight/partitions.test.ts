import { expect, test } from 'vitest'
import { type CdcOptions, createCdcStream } from '../../src/index.js'
import { storeSales } from '../../src/tables/store-sales.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { partitionTest } from '../../src/preflight/partitions.js'
import type { Partitions } from '../../src/database/table-shape.js'
import { cdcError } from '../support/cdc-error.js'
import { useClient, useSchema } from '../support/server.js'

const of = (strategy: Partitions['strategy'], ...bounds: string[]): Partitions => ({
  strategy,
  column: 'c',
  hasDefault: false,
  bounds: bounds.map((bound) => `FOR VALUES ${bound}`),
})

test.each([
  [of('range', 'FROM (1) TO (3)', 'FROM (5) TO (MAXVALUE)'), 'int4', [1, 2, 5, 99], [0, 3, 4, null]],
  [of('range', "FROM ('-5') TO (0)", "FROM (MINVALUE) TO ('-7')"), 'int8', [-5, -1, -8], [0, -6, -7, null]],
  [of('range', "FROM ('2020-02-01') TO ('2020-03-01')"), 'date', ['2020-02-01', '2020-02-29'], ['2020-03-01', null]],
  [of('list', 'IN (1, 2, NULL)', "IN ('-3')"), 'int4', [1, 2, -3, null], [3, 0]],
  [of('list', "IN ('a', 'it''s, so', 'NULL')"), 'text', ['a', "it's, so", 'NULL'], ['it', null]],
  [of('list', 'IN (true)'), 'bool', [true], [false, null]],
  [of('list'), 'int4', [], [1, null]],
] as const)('tells which values have a partition: %j', (partitions, type, there, missing) => {
  const hasPartition = partitionTest(partitions, type)!
  expect(there.filter((cell) => !hasPartition(cell))).toEqual([])
  expect(missing.filter((cell) => hasPartition(cell))).toEqual([])
})

test.each([
  [of('hash', 'WITH (modulus 2, remainder 0)'), 'int4'],
  [{ ...of('range', 'FROM (1) TO (3)'), hasDefault: true }, 'int4'],
  [{ ...of('range', 'FROM (1) TO (3)'), column: null }, 'int4'],
  [of('range', "FROM ('a') TO ('b')"), 'text'],
  [of('range', 'FROM (1.5) TO (3)'), 'numeric(7,2)'],
  [of('range', "FROM ('2020-01-01 BC') TO ('2020-01-01')"), 'date'],
  [of('range', 'of another kind'), 'int4'],
] as const)('does not judge of what has one for every value, or cannot be told here: %j', (partitions, type) => {
  expect(partitionTest(partitions, type)).toBeUndefined()
})

/** `store_sales_heap`, partitioned by its date. */
async function usePartitioned(partitions: string): Promise<ConnectionOptions> {
  const connection = await useSchema()
  const client = await useClient()
  const columns = storeSales.columns.map(({ name, type }) => `${name} ${type}`)
  await client.query(`SET search_path = ${connection.schema};
    CREATE TABLE store_sales_heap (${columns.join(', ')}) PARTITION BY ${partitions};
    CREATE INDEX ON store_sales_heap (ss_id)`)
  return connection
}

const years = `RANGE (ss_sold_date_sk);
  CREATE TABLE y1998 PARTITION OF store_sales_heap FOR VALUES FROM (2450815) TO (2451180);
  CREATE TABLE y1999 PARTITION OF store_sales_heap FOR VALUES FROM (2451180) TO (2451545)`
const all = `${years}; CREATE TABLE y2000 PARTITION OF store_sales_heap FOR VALUES FROM (2451545) TO (2453005)`

const options = { tables: 'sales', batches: 8, batchSize: 100, interval: 0, ratio: 0.3, seed: 8 } as const

test.each<[string, string, CdcOptions, (string | number)[]]>([
  ['NULL', all, {}, ['`ss_sold_date_sk`', '`null`', '--nulls none', 'DEFAULT']],
  ['a day', years, { nulls: 'none' }, ['`ss_sold_date_sk`', '--business-date 1998-01-01', 'businessDate']],
  ['the day that was chosen', years, { nulls: 'none', businessDate: '2002-05-01' }, ['`2452396`', '--business-date']],
  ['anything', 'RANGE (ss_sold_date_sk)', { nulls: 'none' }, ['no partition', 'DEFAULT']],
])('%s without a partition is told before anything is written', async (_, partitions, more, named) => {
  const connection = await usePartitioned(partitions)
  await using stream = createCdcStream({ ...options, ...more, target: connection })
  await expect(stream.start()).rejects.toThrow(
    cdcError('ERR_CDC_TARGET', `${connection.schema}.store_sales_heap`, ...named),
  )
  expect(stream.stats().commits).toBe(0)
})

test.each<[string, string, CdcOptions]>([
  ['all days, no NULL', all, { nulls: 'none' }],
  ['one day', years, { nulls: 'none', businessDate: '1999-05-01' }],
  ['a partition for the rest', `${years}; CREATE TABLE rest PARTITION OF store_sales_heap DEFAULT`, {}],
  [
    'by an expression',
    'RANGE ((ss_id % 7)); CREATE TABLE a PARTITION OF store_sales_heap FOR VALUES FROM (0) TO (7)',
    {},
  ],
  ['by the key', 'RANGE (ss_id); CREATE TABLE a PARTITION OF store_sales_heap FOR VALUES FROM (0) TO (90000)', {}],
  [
    'by a hash',
    'HASH (ss_item_sk); CREATE TABLE a PARTITION OF store_sales_heap FOR VALUES WITH (modulus 1, remainder 0)',
    {},
  ],
])('a partitioned table is written and verified: %s', async (_, partitions, more) => {
  const connection = await usePartitioned(partitions)
  await using stream = createCdcStream({ ...options, ...more, target: connection })
  await stream.start()
  expect(await stream.finished).toMatchObject({ commits: 8 })
  expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
})
