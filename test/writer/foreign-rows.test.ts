import { expect, test } from 'vitest'
import { createCdcStream } from '../../src/index.js'
import { createTableSql } from '../../src/database/create-table.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { useClient, useSchema } from '../support/server.js'

const options = { tables: 'sales', batchSize: 20, interval: 0, ratio: 0.4, seed: 3 } as const

async function useStreamAmong(keys: readonly (number | null)[]) {
  const connection = await useSchema()
  const client = await useClient()
  const sales = `${connection.schema}.store_sales_heap`
  await client.query(createTableSql(storeSales, connection.schema, 'postgres'))
  await client.query(
    `ALTER TABLE ${sales} DROP CONSTRAINT store_sales_heap_pkey; ALTER TABLE ${sales} ALTER ss_id DROP NOT NULL`,
  )
  const stream = createCdcStream({ ...options, target: connection })
  await stream.step(3)
  const { rows } = await stream.verify()
  for (const key of keys)
    await client.query(`INSERT INTO ${sales} (ss_id, ss_item_sk, ss_ticket_number) VALUES ($1, 1, 1)`, [key])
  return { connection, client, stream, rows }
}

test('rows without a positive key are nobody’s, whether the question leaves them out or not', async () => {
  const { connection, client, stream, rows } = await useStreamAmong([null, 0, -1, -7_000_000_000])
  await using _ = stream
  expect(await stream.verify()).toMatchObject({ equal: true, rows })
  const texts: string[] = []
  for await (const chunk of client.tableReader(connection.schema).read(storeSales, { above: 0, among: [] })) {
    texts.push(Buffer.from(chunk).toString())
  }
  expect(texts.join('')).toMatch(/^\\N\t/m)
})

test('a positive key that the stream has not written is a difference', async () => {
  const { stream } = await useStreamAmong([7_000])
  await using _ = stream
  expect(await stream.verify()).toMatchObject({ equal: false, differences: [{ key: '7000', kind: 'unexpected' }] })
})
