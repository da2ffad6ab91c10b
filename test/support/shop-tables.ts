import { defineTable } from '../../src/tables/define-table.js'
import { Random } from '../../src/tables/random.js'
import type { Cell } from '../../src/tables/column.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'

/**
 * A shop: customers, their addresses and orders, lines and shipments, four levels deep; products and a tree of categories that
 * rows point at. Keys of every kind, one of them a parent's key and a place, and a clock. The foreign keys are the database's.
 */
const categories = defineTable({
  name: 'categories',
  key: 'id',
  refers: ['categories'],
  columns: [
    { name: 'id', type: 'int4', nullable: false },
    { name: 'parent_id', type: 'int4' },
    { name: 'label', type: 'text', nullable: false, recomputed: true },
  ],
  ddl: `CREATE TABLE categories (id int PRIMARY KEY, parent_id int REFERENCES categories, label varchar(40) NOT NULL)`,
  rows({ seed, keyOf, rowReferred }) {
    const random = new Random(seed, 'categories')
    return {
      fill(cells, number, version) {
        const above = rowReferred('categories', number, random.at(number).next())
        cells[1] = above === undefined ? null : (keyOf('categories', above)[0] ?? null)
        cells[2] = `label ${version}`
      },
      revise: (cells, _number, version) => void (cells[2] = `revised ${version}`),
    }
  },
})

const products = defineTable({
  name: 'products',
  key: [{ column: 'id', uuid: 'v4' }],
  refers: ['categories'],
  columns: [
    { name: 'id', type: 'uuid', nullable: false },
    { name: 'category_id', type: 'int4', nullable: false, recomputed: true },
    { name: 'price', type: 'numeric(9,2)', nullable: false, recomputed: true },
  ],
  ddl: `CREATE TABLE products (id uuid PRIMARY KEY, category_id int NOT NULL REFERENCES categories, price numeric(9,2) NOT NULL)`,
  rows({ seed, keyOf, rowReferred }) {
    const random = new Random(seed, 'products')
    return {
      fill(cells, number, version) {
        random.at(number, version)
        cells[1] = keyOf('categories', rowReferred('categories', number, random.next()) ?? 1)[0] ?? null
        cells[2] = random.below(100_000) + version
      },
      revise: (cells, _number, version) => void (cells[2] = version),
    }
  },
})

const customers = defineTable({
  name: 'customers',
  key: 'id',
  columns: [
    { name: 'name', type: 'text', nullable: false, recomputed: true },
    { name: 'id', type: 'uuid', nullable: false },
  ],
  ddl: `CREATE TABLE customers (name text NOT NULL, id uuid PRIMARY KEY)`,
  rows: () => ({
    fill: (cells, number, version) => void (cells[0] = `customer ${number}, ${version}`),
    revise: (cells, _number, version) => void (cells[0] = `of before, ${version}`),
  }),
})

const addresses = defineTable({
  name: 'addresses',
  key: [{ column: 'region', values: ['north', 'south', 'west'] }, 'id'],
  parent: { table: 'customers', on: { customer_id: 'id' }, most: 3, least: 1 },
  columns: [
    { name: 'region', type: 'text', nullable: false },
    { name: 'id', type: 'int8', nullable: false },
    { name: 'customer_id', type: 'uuid', nullable: false },
    { name: 'street', type: 'text', nullable: false, recomputed: true },
  ],
  ddl: `CREATE TABLE addresses (region text, id bigint, customer_id uuid NOT NULL REFERENCES customers, street text NOT NULL, PRIMARY KEY (region, id))`,
  rows: ({ keyOf, rowAbove, slotOf }) => ({
    fill(cells, number, version) {
      cells[2] = keyOf('customers', rowAbove('customers', number))[0] ?? null
      cells[3] = `street ${slotOf(number)}, ${version}`
    },
    revise: (cells, _number, version) => void (cells[3] = `street of before, ${version}`),
  }),
})

const orders = defineTable({
  name: 'orders',
  key: 'id',
  parent: { table: 'customers', on: { customer_id: 'id' }, most: 4, skew: 1 },
  clock: { column: 'updated_at', order: 'begin' },
  columns: [
    { name: 'id', type: 'int8', nullable: false },
    { name: 'customer_id', type: 'uuid', nullable: false },
    { name: 'total', type: 'numeric(9,2)', nullable: false, recomputed: true },
    { name: 'updated_at', type: 'timestamptz', nullable: false },
  ],
  ddl: `CREATE TABLE orders (id bigint PRIMARY KEY, customer_id uuid NOT NULL REFERENCES customers, total numeric(9,2) NOT NULL, updated_at timestamptz NOT NULL)`,
  rows: ({ keyOf, rowAbove }) => ({
    fill(cells, number, version) {
      cells[1] = keyOf('customers', rowAbove('customers', number))[0] ?? null
      cells[2] = number + version
    },
    revise: (cells, _number, version) => void (cells[2] = version),
  }),
})

const lines = defineTable({
  name: 'order_lines',
  key: [
    { column: 'order_id', of: 'orders', restarts: true },
    { column: 'line_no', values: 5 },
  ],
  parent: { table: 'orders', on: { order_id: 'id' }, most: 5 },
  refers: ['products', 'categories'],
  columns: [
    { name: 'order_id', type: 'int8', nullable: false },
    { name: 'line_no', type: 'int2', nullable: false },
    { name: 'customer_id', type: 'uuid', nullable: false },
    { name: 'product_id', type: 'uuid', nullable: false },
    { name: 'category_id', type: 'int4', nullable: false, recomputed: true },
    { name: 'quantity', type: 'int4', nullable: false, recomputed: true },
  ],
  ddl: `CREATE TABLE order_lines (order_id bigint REFERENCES orders, line_no smallint CHECK (line_no BETWEEN 1 AND 5),
          customer_id uuid NOT NULL REFERENCES customers, product_id uuid NOT NULL REFERENCES products,
          category_id int NOT NULL REFERENCES categories, quantity int NOT NULL, PRIMARY KEY (order_id, line_no))`,
  rows({ seed, keyOf, rowAbove, rowReferred }) {
    const kept = new Random(seed, 'lines')
    const changing = new Random(seed, 'lines, changing')
    return {
      fill(cells, number, version) {
        changing.at(number, version)
        cells[2] = keyOf('customers', rowAbove('customers', number))[0] ?? null
        cells[3] = keyOf('products', rowReferred('products', number, kept.at(number).next()) ?? 1)[0] ?? null
        cells[4] = keyOf('categories', rowReferred('categories', number, changing.next()) ?? 1)[0] ?? null
        cells[5] = 1 + changing.below(1_000_000)
      },
      revise: (cells, _number, version) => void (cells[5] = version),
    }
  },
})

const shipments = defineTable({
  name: 'shipments',
  key: [{ column: 'id', uuid: 'v7' }],
  parent: { table: 'order_lines', on: { order_id: 'order_id', line_no: 'line_no' }, most: 2 },
  columns: [
    { name: 'id', type: 'uuid', nullable: false },
    { name: 'order_id', type: 'int8', nullable: false },
    { name: 'line_no', type: 'int2', nullable: false },
    { name: 'state', type: 'text', nullable: false, recomputed: true },
  ],
  ddl: `CREATE TABLE shipments (id uuid PRIMARY KEY, order_id bigint, line_no smallint, state text NOT NULL,
          FOREIGN KEY (order_id, line_no) REFERENCES order_lines)`,
  rows: ({ keyOf, rowAbove }) => ({
    fill(cells: Cell[], number, version) {
      ;[cells[1] = null, cells[2] = null] = keyOf('order_lines', rowAbove('order_lines', number))
      cells[3] = `state ${version}`
    },
    revise: (cells, _number, version) => void (cells[3] = `of before, ${version}`),
  }),
})

/** In no order: a stream finds out which come first. */
export const shopTables: readonly TableDefinition[] = [
  shipments,
  lines,
  orders,
  addresses,
  customers,
  products,
  categories,
]
