import { keyColumn } from '../../ledger/view.js'
import { GroupKeys } from './group-keys.js'
import type { Reading } from './reading.js'
import type { RowKeys } from './row-difference.js'
import { TableKeys } from './table-keys.js'

/** By the table's key, or by the columns that make a group; undefined where the view has neither. */
export function rowKeys(reading: Reading): RowKeys | undefined {
  if (reading.view.sums) return new GroupKeys(reading)
  return keyColumn(reading.view) < 0 ? undefined : new TableKeys(reading)
}
