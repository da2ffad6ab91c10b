import type { ChangeKind } from '../plan/batch.js'
import type { LedgerTable } from './ledger-table.js'
import type { RowVersion } from './public-ledger.js'

/** Every version of a row up to a commit, from its first INSERT on. */
export function rowHistory(table: LedgerTable, number: number, until: number): RowVersion[] {
  return versionsOf(table, number, until).map(({ commit, kind, version }) => ({
    commit,
    kind,
    row: version === undefined ? undefined : table.row(number, version),
  }))
}

/** One change of a row, by the version that it left. */
export interface VersionChange {
  readonly commit: number
  readonly kind: ChangeKind
  /** Undefined after a DELETE. */
  readonly version: number | undefined
}

/** The changes of a row up to a commit, the first one first. */
export function versionsOf({ history }: LedgerTable, number: number, until: number): VersionChange[] {
  const changes: VersionChange[] = []
  for (const { commit, kind, after } of history.changesOf(number)) {
    if (commit <= until) changes.unshift({ commit, kind, version: after })
  }
  const inserted = history.insertionOf(number)
  if (inserted !== undefined && inserted <= until) changes.unshift({ commit: inserted, kind: 'insert', version: 0 })
  return changes
}
