import { defineTable, Random, type TableDefinition } from 'vitest-cloudberry-cdc'

const STATUSES = ['open', 'paid', 'shipped']

/** The source of all jobs: orders that come, change and go. `updated_at` is a clock. */
export const orders: TableDefinition = defineTable({
  name: 'orders',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8', nullable: false },
    { name: 'customer', type: 'int4', nullable: false },
    { name: 'status', type: 'text', nullable: false, recomputed: true },
    { name: 'amount', type: 'numeric(8,2)', nullable: false, recomputed: true },
    { name: 'updated_at', type: 'timestamptz', nullable: false },
  ],
  clock: { column: 'updated_at' },
  rows({ seed }) {
    const random = new Random(seed, 'orders')
    return {
      fill(cells, number, version) {
        cells[1] = random.at(number, 0).between(1, 9)
        const changing = random.at(number, version)
        cells[2] = STATUSES[changing.between(0, STATUSES.length - 1)]!
        cells[3] = changing.between(1, 99_999)
      },
    }
  },
})

/** What most jobs keep equal to them. */
export const CREATE_COPY = 'CREATE TABLE orders_copy (LIKE orders INCLUDING ALL)'

/** How far a job has come. */
export const CREATE_MARK = ['CREATE TABLE mark (at timestamptz)', `INSERT INTO mark VALUES ('-infinity')`]
