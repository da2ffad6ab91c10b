import type { EventContext } from '../../src/events/event-context.js'
import type { Change, Row } from '../../src/ledger/change.js'
import { defineTable } from '../../src/tables/define-table.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'

const rows = (): { fill: () => void } => ({ fill: () => {} })

/** A table with every type of column. */
export const orders: TableDefinition = defineTable({
  name: 'orders',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8' },
    { name: 'big', type: 'int8' },
    { name: 'small', type: 'int2' },
    { name: 'whole', type: 'int4' },
    { name: 'price', type: 'numeric(7,2)' },
    { name: 'exact', type: 'numeric(20,4)' },
    { name: 'note', type: 'text' },
    { name: 'paid', type: 'bool' },
    { name: 'day', type: 'date' },
  ],
  rows,
})

const lines: TableDefinition = defineTable({
  name: 'lines',
  key: 'line_id',
  columns: [
    { name: 'line_id', type: 'int8' },
    { name: 'quantity', type: 'int4' },
  ],
  rows,
})

/** Order 41, before its UPDATE. */
export const firstOrder: Row = {
  id: '41',
  big: '9007199254740993',
  small: 7,
  whole: -2,
  price: '1.50',
  exact: '1234567890123456.7890',
  note: 'a "b"\n',
  paid: true,
  day: new Date(2024, 1, 29),
}
const second = { ...firstOrder, id: '42', big: null, price: '-0.05', exact: null, note: null, paid: false, day: null }

const changes: readonly Change[] = [
  { kind: 'delete', table: 'lines', key: '5', before: { line_id: '5', quantity: 3 } },
  {
    kind: 'update',
    table: 'orders',
    key: '41',
    before: firstOrder,
    after: { ...firstOrder, price: '2.00', note: null },
  },
  { kind: 'insert', table: 'orders', key: '42', after: second },
  { kind: 'insert', table: 'orders', key: '43', after: { ...second, id: '43' } },
]

/** One commit of all kinds of change. */
export const fixedCommit: EventContext = {
  commit: 3,
  changes,
  at: 1_700_000_000_123,
  database: 'shop',
  schema: 'sales',
  server: 'server1',
  tables: [orders, lines],
}
