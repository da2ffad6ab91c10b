import { keyPlaces, type View } from '../../ledger/view.js'
import type { Anomaly } from '../anomaly.js'
import { GroupKeys } from './group-keys.js'
import type { Reading } from './reading.js'
import type { RowKeys } from './row-difference.js'
import { TableKeys } from './table-keys.js'
import { toAnomaly, wrongColumns } from './wrong-columns.js'

/** What of a reading can be compared with the table, and what identifies its rows, if anything does. */
export interface Comparable {
  readonly reading: Reading
  readonly keys: RowKeys | undefined
}

/** Readings without their wrong columns, and these. */
export interface LeftAside {
  readonly columns: readonly Anomaly[]
  readonly comparable: readonly Comparable[]
}

/** Leaves columns aside that are wrong in nearly all rows: with them, no commit would be near. */
export function leaveAside(readings: readonly Reading[]): LeftAside {
  const columns: Anomaly[] = []
  const comparable: Comparable[] = []
  for (const reading of readings) {
    const keys = rowKeys(reading)
    const wrong = wrongColumns(reading, keys)
    columns.push(...wrong.map((column) => toAnomaly(reading, column)))
    const rest = wrong.length === 0 ? reading : without(reading, new Set(wrong.map(({ index }) => index)))
    if (rest) comparable.push({ reading: rest, keys: rest === reading ? keys : rowKeys(rest) })
  }
  return { columns, comparable }
}

/** Undefined where what is left says nothing: no column, or groups of which nobody knows what makes them. */
function without(reading: Reading, wrong: ReadonlySet<number>): Reading | undefined {
  const { table, view, names, rows } = reading
  const isRight = (_: unknown, index: number): boolean => !wrong.has(index)
  const isGroupWrong = view.sums !== undefined && view.selected.some((_, index) => wrong.has(index))
  if (isGroupWrong || wrong.size === view.columns.length) return undefined
  const narrowed: View = {
    ...view,
    selected: view.selected.filter(isRight),
    sums: view.sums?.filter((_, index) => !wrong.has(view.selected.length + index)),
    count: wrong.has(view.selected.length + (view.sums?.length ?? 0)) ? undefined : view.count,
    columns: view.columns.filter(isRight),
  }
  return {
    ...reading,
    view: narrowed,
    names: names.filter(isRight),
    track: table.track(narrowed),
    rows: rows.map((row) => row.filter(isRight)),
    samples: [],
  }
}

/** By the table's key, or by the columns that make a group; undefined where the view has neither. */
function rowKeys(reading: Reading): RowKeys | undefined {
  if (reading.view.sums) return new GroupKeys(reading)
  const places = keyPlaces(reading.table.rows.key, reading.view)
  return places && new TableKeys(reading, places)
}
