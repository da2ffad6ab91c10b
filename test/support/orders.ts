import { defineTable, type TableDefinition } from '../../src/index.js'

const PLACES = ['Zürich', 'São Paulo', 'back\\slash', 'tab\there', 'line\nbreak', "quote's", 'null', '\\N'] as const

/** A table of a user, with the column types that the TPC-DS tables lack. */
export const orders: TableDefinition = defineTable({
  name: 'orders',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8' },
    { name: 'place', type: 'text' },
    { name: 'day', type: 'date' },
    { name: 'paid', type: 'bool', recomputed: true },
    { name: 'weight', type: 'numeric(12,4)', recomputed: true },
    { name: 'note', type: 'text', recomputed: true },
  ],
  rows: ({ seed }) => ({
    fill: (cells, number, version) => {
      cells[1] = PLACES[(number + seed) % PLACES.length]!
      cells[2] = `2024-02-${String(1 + (number % 28)).padStart(2, '0')}`
      cells[3] = version % 2 === 1
      cells[4] = number % 5 === 0 ? null : (number - 100) * 10_001 + version
      cells[5] = `${PLACES[version % PLACES.length]!}, version ${version}`
    },
  }),
})
