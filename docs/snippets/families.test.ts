import type { Pool } from 'pg'
import { expect, test } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { createCdcStream, defineTable, Random } from 'vitest-cloudberry-cdc/engine'
import { cdcServer } from './support/cdc-server.js'
import { expectPlace } from './support/expect-place.js'

// #region families
const products = defineTable({
  name: 'products',
  key: 'id',
  columns: [
    { name: 'id', type: 'uuid' },
    { name: 'price', type: 'numeric(8,2)', nullable: false, recomputed: true },
  ],
  rows: () => ({ fill: (cells, number, version) => void (cells[1] = 100 * number + version) }),
})

const orders = defineTable({
  name: 'orders',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8', nullable: false },
    { name: 'status', type: 'text', nullable: false, recomputed: true },
  ],
  rows: () => ({ fill: (cells, _number, version) => void (cells[1] = version === 0 ? 'open' : `step ${version}`) }),
})

const orderLines = defineTable({
  name: 'order_lines',
  // The key of the order, and a place from 1 to 6.
  key: [
    { column: 'order_id', of: 'orders', restarts: true },
    { column: 'line_no', values: 6 },
  ],
  parent: { table: 'orders', on: { order_id: 'id' }, most: 6, skew: 1 }, // 0 to 6 lines, rather few
  refers: ['products'],
  columns: [
    { name: 'order_id', type: 'int8', nullable: false },
    { name: 'line_no', type: 'int2', nullable: false },
    { name: 'product_id', type: 'uuid', nullable: false },
    { name: 'quantity', type: 'int4', nullable: false, recomputed: true },
  ],
  ddl: `
    CREATE TABLE order_lines (
      order_id bigint REFERENCES orders,
      line_no smallint,
      product_id uuid NOT NULL REFERENCES products,
      quantity int NOT NULL,
      PRIMARY KEY (order_id, line_no)
    )`,
  rows({ seed, keyOf, rowReferred }) {
    const random = new Random(seed, 'order lines')
    return {
      fill(cells, number, version) {
        const product = rowReferred('products', number, random.at(number).next()) ?? 1
        cells[2] = keyOf('products', product)[0] ?? null
        cells[3] = random.between(1, 20) + version
      },
    }
  },
})

const shipments = defineTable({
  name: 'shipments',
  key: 'id',
  parent: { table: 'order_lines', on: { order_id: 'order_id', line_no: 'line_no' }, most: 2 },
  columns: [
    { name: 'id', type: 'uuid' },
    { name: 'order_id', type: 'int8', nullable: false },
    { name: 'line_no', type: 'int2', nullable: false },
    { name: 'sent', type: 'int4', nullable: false, recomputed: true },
  ],
  rows: ({ keyOf, rowAbove, slotOf }) => ({
    fill(cells, number, version) {
      const [order = null, line = null] = keyOf('order_lines', rowAbove('order_lines', number))
      cells[1] = order
      cells[2] = line
      cells[3] = slotOf(number) + 2 * version
    },
  }),
})
// #endregion families

const tables = [products, orders, orderLines, shipments]

test('several children a row, on three levels', async () => {
  const target = await cdcServer()
  const ratio = { insert: 50, update: 25, delete: 25 }
  const options = { createTables: true, batches: 10, batchSize: 20, interval: 0, ratio }
  await using stream = createCdcStream({ ...options, target, tables })
  await stream.start()
  await stream.finished
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 10 })
  const lines = [...stream.ledger.at().rows('order_lines')]
  expect(lines.length).toBeGreaterThan(new Set(lines.map((line) => line['order_id'])).size)
})

const exploring = withCdcStream({
  seed: 5,
  tables,
  batches: 60,
  batchSize: 15,
  ratio: { insert: 50, update: 25, delete: 25 },
  hazards: { reinsert: 0.2 },
  lateCommit: 0.3,
  ddl: ['CREATE TABLE orders_copy (LIKE orders)', 'CREATE TABLE lines_copy (LIKE order_lines)'],
})

/** Copies orders and their lines: in one snapshot, or each as it is then. */
async function copy(pool: Pool, isolation: string): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query(`BEGIN ISOLATION LEVEL ${isolation}`)
    await client.query('DELETE FROM orders_copy')
    await client.query('INSERT INTO orders_copy SELECT * FROM orders')
    await client.query('DELETE FROM lines_copy')
    await client.query('INSERT INTO lines_copy SELECT * FROM order_lines')
    await client.query('COMMIT')
  } finally {
    client.release()
  }
}

for (const [isolation, wrong] of [
  ['REPEATABLE READ', undefined],
  ['READ COMMITTED', /lines_copy/],
] as const) {
  exploring(
    `a row and its children, copied with ${isolation}`,
    { timeout: 150_000 },
    async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
      const exploration = explore(async () => {
        const rows = await cdcStream.read(async () => {
          await copy(job.pool, isolation)
          const found = await pool.query('SELECT * FROM orders_copy')
          return { orders: found, order_lines: await pool.query('SELECT * FROM lines_copy') }
        })
        expect(rows).toMatchCommit(cdcStream)
      })
      await expectPlace(exploration, wrong)
    },
  )
}
