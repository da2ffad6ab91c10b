// #region orders
import { defineTable, Random } from 'vitest-cloudberry-cdc/engine'

export const orders = defineTable({
  name: 'orders',
  key: 'id',
  sequences: { order: 'id' },
  columns: [
    { name: 'id', type: 'int8', nullable: false },
    { name: 'customer_id', type: 'int4', nullable: false },
    { name: 'status', type: 'text', enumType: 'order_status', nullable: false, recomputed: true },
    { name: 'placed_on', type: 'date', nullable: false },
  ],
  ddl: `
    CREATE TYPE order_status AS ENUM ('open', 'paid', 'shipped', 'returned');
    CREATE TABLE orders (
      id bigint PRIMARY KEY,
      customer_id int NOT NULL,
      status order_status NOT NULL,
      placed_on date NOT NULL,
      updated_at timestamptz NOT NULL DEFAULT now()
    )`,
  rows({ seed }) {
    const random = new Random(seed, 'orders')
    const states = ['open', 'paid', 'shipped', 'returned']
    return {
      fill(cells, number, version) {
        random.at(number)
        cells[1] = random.between(1, 500)
        cells[2] = states[version % 4] ?? 'open' // every UPDATE is a step further
        cells[3] = `2024-03-${String(random.between(1, 31)).padStart(2, '0')}`
      },
    }
  },
})
// #endregion orders

// #region lines
const PRODUCTS = ['bolt', 'cog', 'gear', 'nut', 'spring', 'washer']

export const orderLines = defineTable({
  name: 'order_lines',
  key: 'id',
  parent: { table: 'orders', on: { order_id: 'id' } },
  sequences: { order: 'order_id' },
  columns: [
    { name: 'id', type: 'int8', nullable: false },
    { name: 'order_id', type: 'int8', nullable: false },
    { name: 'product', type: 'text', nullable: false },
    { name: 'quantity', type: 'int4', nullable: false, recomputed: true },
    { name: 'unit_price', type: 'numeric(8,2)', nullable: false },
    { name: 'amount', type: 'numeric(10,2)', nullable: false, recomputed: true },
  ],
  ddl: `
    CREATE TABLE order_lines (
      id bigint PRIMARY KEY,
      order_id bigint NOT NULL REFERENCES orders,
      product varchar(20) NOT NULL,
      quantity int NOT NULL CHECK (quantity > 0),
      unit_price numeric(8,2) NOT NULL,
      amount numeric(10,2) NOT NULL CHECK (amount = quantity * unit_price)
    )`,
  rows({ seed, sequences }) {
    const random = new Random(seed, 'order lines')
    const updates = new Random(seed, 'updates of order lines')
    return {
      fill(cells, number, version) {
        const quantity = 1 + updates.at(number, version).below(20)
        const unitPrice = random.at(number).between(5, 9_999) // cents
        cells[1] = (sequences['order'] ?? 0) + number // line n is of order n
        cells[2] = random.pick(PRODUCTS)
        cells[3] = quantity
        cells[4] = unitPrice
        cells[5] = quantity * unitPrice
      },
    }
  },
})
// #endregion lines
