import { defineTable } from '../../../src/tables/define-table.js'
import type { TableDefinition } from '../../../src/tables/table-definition.js'

const DAY = 86_400_000
const START = Date.UTC(2023, 0, 1)
/** Days of which midnight is odd somewhere: before time zones, and where Santiago's summer time begins. */
const ODD_DAYS = ['1000-01-01', '1883-11-18', '1970-01-01', '2024-09-08', '2025-09-07', '9999-12-31']
const NOTES = ['Zürich', '漢字', "quote's", 'null', '', ' padded ', '🙂', '1e3']

/** What is made wrong in one column, so that a reader who does not look at it is found out. */
export type Shift = Partial<Readonly<Record<'amount' | 'sold_on' | 'is_paid' | 'note', boolean>>>

/** A table with a column of each kind that drivers differ in. */
export function measured(shift: Shift = {}): TableDefinition {
  return defineTable({
    name: 'measured',
    key: 'id',
    columns: [
      { name: 'id', type: 'int8' },
      { name: 'amount', type: 'numeric(14,8)', recomputed: true },
      { name: 'sold_on', type: 'date' },
      { name: 'is_paid', type: 'bool', recomputed: true },
      { name: 'note', type: 'text' },
    ],
    rows: () => ({
      fill: (cells, number, version) => {
        const isNull = (column: number): boolean => (number + column) % 9 === 0
        const day = new Date(START + (number + (shift.sold_on ? 1 : 0)) * 17 * DAY).toISOString().slice(0, 10)
        // From 0.00000001 on, which JavaScript writes as 1e-8.
        const amount = number % 4 === 0 ? version + 1 : (number - 30) * 123_456_789 + version
        cells[1] = isNull(1) ? null : amount + (shift.amount ? 1 : 0)
        cells[2] = isNull(2) ? null : shift.sold_on ? day : (ODD_DAYS[number % 11] ?? day)
        cells[3] = isNull(3) ? null : (number + version) % 2 === (shift.is_paid ? 1 : 0)
        cells[4] = isNull(4) ? null : `${NOTES[number % NOTES.length]!}${shift.note ? '.' : ''}`
      },
    }),
  })
}
