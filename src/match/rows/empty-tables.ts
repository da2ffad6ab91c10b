import type { Anomaly } from '../anomaly.js'
import type { Comparable } from './comparable.js'
import { nearestCommit } from './nearest-commit.js'
import { type Reading, viewRows } from './reading.js'

/** Tables of which nothing was read, and those by which a commit can still be found. */
export interface EmptyTables {
  readonly anomalies: readonly Anomaly[]
  readonly filled: readonly Comparable[]
}

/**
 * A table that was read empty is as after the very first commits, whatever the others are: it would pull the nearest
 * commit there.
 */
export function emptyTables(comparable: readonly Comparable[], since: number, until: number): EmptyTables {
  const filled = comparable.filter(({ reading }) => reading.rows.length > 0)
  if (filled.length === comparable.length) return { anomalies: [], filled }
  const others = filled.map(({ reading }) => reading)
  const commit = others.length > 0 ? nearestCommit(others, since, until).commit : until
  const anomalies: Anomaly[] = []
  const full: Comparable[] = []
  for (const candidate of comparable) {
    const { reading } = candidate
    const rows = reading.rows.length === 0 ? viewRows(reading, commit).length : 0
    if (rows === 0) full.push(candidate)
    else anomalies.push(describe(reading, commit, rows))
  }
  return { anomalies, filled: full }
}

function describe({ name }: Reading, commit: number, rows: number): Anomaly {
  const text = `empty table: no row was read of ${name}; after commit ${commit} it has ${rows}`
  return { name: 'empty table', table: name, key: undefined, commit, text, history: undefined }
}
