import { defineTable, Random } from 'vitest-cloudberry-cdc'

const STATUSES = ['open', 'paid', 'shipped']

/** The source: orders that come, and whose status and amount change. */
export const orders = defineTable({
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
        cells[1] = random.at(number, 0).between(1, 60)
        const changing = random.at(number, version)
        cells[2] = STATUSES[changing.between(0, STATUSES.length - 1)]!
        cells[3] = changing.between(1, 99_999)
      },
    }
  },
})
