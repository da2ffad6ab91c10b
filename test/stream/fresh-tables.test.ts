import { expect, onTestFinished, test } from 'vitest'
import { RerunnableStream } from '../../src/stream/rerunnable-stream.js'
import { resolveOptions } from '../../src/options/resolve-options.js'
import type { StreamEvent } from '../../src/driver/stream-event.js'
import { createTableSql } from '../../src/database/create-table.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { cdcError } from '../support/cdc-error.js'
import { useClient, useSchema } from '../support/server.js'

/** A stream that was told that its tables were created just now; `sql` has been run since. */
async function useStream(sql?: string) {
  const connection = await useSchema()
  const client = await useClient()
  const { schema } = connection
  for (const table of [storeSales, storeReturns]) await client.query(createTableSql(table, schema, 'postgres'))
  await client.query(`SET search_path = ${schema}`)
  if (sql !== undefined) await client.query(sql)
  const events: StreamEvent[] = []
  const options = resolveOptions({ batches: 5, batchSize: 20, ratio: { insert: 6, update: 3, delete: 1 }, seed: 5 })
  const observe = (event: StreamEvent): void => void events.push(event)
  const stream = new RerunnableStream(options, { target: connection, observe }, {}, { fresh: true })
  onTestFinished(() => stream[Symbol.asyncDispose]())
  return { stream, events }
}

const found = (events: readonly StreamEvent[]) => events.filter(({ type }) => type === 'baseline')

test('tables as they were created are found empty, and the ledger begins there', async () => {
  const { stream, events } = await useStream()
  await stream.step(5)
  expect(found(events)).toMatchObject([
    { table: 'store_sales_heap', rows: 0, sampled: 0, maxKey: 0 },
    { table: 'store_returns_heap', rows: 0, sampled: 0, maxKey: 0 },
  ])
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 5 })
})

test('rows that were put there since take part', async () => {
  const { stream, events } = await useStream(
    'INSERT INTO store_sales_heap (ss_id, ss_item_sk, ss_ticket_number) SELECT i, i, i FROM generate_series(1, 7) i',
  )
  await stream.step(5)
  expect(found(events)).toMatchObject([{ rows: 7, maxKey: 7 }, { rows: 0 }])
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 5 })
})

test('a column that was dropped since is named before anything is written', async () => {
  const { stream } = await useStream('ALTER TABLE store_sales_heap DROP COLUMN ss_net_paid')
  await expect(stream.step()).rejects.toThrow(cdcError('ERR_CDC_TARGET', 'ss_net_paid'))
})
