import { keyNames } from '../../src/tables/keys/key-column.js'
import { toPgRow } from '../../src/tables/pg-values.js'
import type { Batch, ChangeKind } from '../../src/plan/batch.js'
import { planRows } from '../../src/plan/table-rows.js'
import { planInput } from '../support/settings.js'
import type { Workload } from './batches.js'

/** Changes of one kind on one table, as a script that somebody writes by hand has them. */
export interface RowRun {
  readonly kind: ChangeKind
  readonly table: string
  readonly key: string
  /** The columns that a statement sets: all of them, the recomputed ones, or none. */
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** The key and, for an INSERT or UPDATE, the values of `columns`. */
  readonly rows: readonly { readonly key: string; readonly values: readonly unknown[] }[]
}

/** The values are computed before the clock starts, which favours those who send them. */
export function rowChanges({ mix, batchSize }: Workload, batches: readonly Batch[], schema: string): RowRun[][] {
  const tables = planRows(planInput(mix, batchSize))
  return batches.map(({ runs }) =>
    runs.map(({ kind, table, numbers, versions }): RowRun => {
      const { definition } = tables[table]!
      const [key = ''] = keyNames(definition)
      const columns = definition.columns.filter(
        ({ recomputed }) => kind === 'insert' || (kind === 'update' && recomputed),
      )
      const rows = numbers.map((number, i) => {
        const row = toPgRow(definition.columns, tables[table]!.load(number, versions[i]!))
        return { key: String(row[key]), values: columns.map(({ name }) => row[name]) }
      })
      return { kind, table: `${schema}.${definition.name}`, key, columns, rows }
    }),
  )
}
