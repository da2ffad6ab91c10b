import { expect, test } from 'vitest'
import { createCdcStream, defineTable } from 'vitest-cloudberry-cdc/engine'
import { cdcServer } from './support/cdc-server.js'

// #region keys
const customers = defineTable({
  name: 'customers',
  key: 'id', // a uuid that looks random
  columns: [
    { name: 'id', type: 'uuid' },
    { name: 'points', type: 'int4', nullable: false, recomputed: true },
  ],
  rows: () => ({ fill: (cells, number, version) => void (cells[1] = number + version) }),
})

const visits = defineTable({
  name: 'visits',
  // (1, visit-000001), (2, visit-000002) … (10, visit-000010), (1, visit-000011) …
  key: [
    { column: 'shop_id', values: 10 },
    { column: 'code', prefix: 'visit-', digits: 6 },
  ],
  parent: { table: 'customers', on: { customer_id: 'id' } },
  columns: [
    { name: 'shop_id', type: 'int2' },
    { name: 'code', type: 'text' },
    { name: 'customer_id', type: 'uuid', nullable: false },
    { name: 'minutes', type: 'int4', nullable: false, recomputed: true },
  ],
  rows: ({ keyOf }) => ({
    fill: (cells, number, version) => {
      cells[2] = keyOf('customers', number)[0] ?? null
      cells[3] = 10 + version
    },
  }),
})
// #endregion keys

test('keys of several kinds', async () => {
  const target = await cdcServer()
  const tables = [customers, visits]
  await using stream = createCdcStream({ target, tables, createTables: true, batches: 5, batchSize: 20, interval: 0 })
  await stream.start()
  await stream.finished
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 5 })
  const [last] = stream.ledger.row('visits', [1, 'visit-000011']).history()
  expect(last).toMatchObject({ kind: 'insert', row: { shop_id: 1, code: 'visit-000011' } })
})
