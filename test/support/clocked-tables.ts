import type { Batch } from '../../src/plan/batch.js'
import type { TableClock } from '../../src/tables/clock.js'
import type { Cell, Column, ColumnType } from '../../src/tables/column.js'
import { defineTable } from '../../src/tables/define-table.js'
import { Random } from '../../src/tables/random.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'

/** A table with a clock of this kind; its rows that stood there before take part. */
export function clockedTable(
  clock: Omit<TableClock, 'column'> = {},
  { name = 'things', type = 'timestamptz', parent }: { name?: string; type?: ColumnType; parent?: string } = {},
): TableDefinition {
  return defineTable({
    name,
    key: 'id',
    ...(parent !== undefined && { parent: { table: parent, on: {} } }),
    columns: [
      { name: 'id', type: 'int8', nullable: false },
      { name: 'updated_at', type, nullable: false },
      { name: 'amount', type: 'int4', nullable: false, recomputed: true },
    ],
    clock: { column: 'updated_at', ...clock },
    rows({ seed }) {
      const random = new Random(seed, name)
      return {
        fill: (cells, number, version) => void (cells[2] = random.at(number, version).below(1_000_000)),
        revise: (cells, number, version) => void (cells[2] = random.at(-number, version).below(1_000_000)),
      }
    },
  })
}

/** The tables of a plan with every kind of clock. */
export const clockedTables: readonly TableDefinition[] = [
  clockedTable({}, { name: 'by_commit' }),
  clockedTable({ order: 'begin' }, { name: 'by_begin', type: 'timestamp(0)', parent: 'by_commit' }),
  clockedTable({ order: 'jitter', start: '1999-12-31T23:59:58Z' }, { name: 'by_jitter', type: 'int8' }),
  clockedTable({ order: 'begin', resolution: 3 }, { name: 'in_steps', type: 'int4', parent: 'by_jitter' }),
]

/** The stamp of a commit, said anew: by dates and strings where the package counts. */
export function naiveStamp(
  clock: TableClock,
  columns: readonly Column[],
  { commit, begins }: Pick<Batch, 'commit' | 'begins'>,
  seed: number,
): Cell {
  const { order = 'commit', resolution = 1, start = '2024-01-01T00:00:00Z' } = clock
  const isEarly = order === 'begin' && begins !== undefined && begins < commit
  const seen = isEarly ? begins - 1 : commit
  let step = (seen - (seen % resolution)) / resolution
  if (order === 'jitter') {
    const random = new Random(seed, 'clock').at(commit)
    if (random.below(8) === 0) step -= random.between(1, 3)
  }
  const date = new Date(start)
  date.setUTCSeconds(date.getUTCSeconds() + (step < 0 ? 0 : step * resolution))
  const type = columns.find(({ name }) => name === clock.column)?.type
  if (type === 'int8') return date.getTime()
  if (type === 'int4') return date.getTime() / 1000
  const text = date.toISOString().replace('T', ' ').replace('.000Z', '')
  return type?.startsWith('timestamptz') ? `${text}+00` : text
}
