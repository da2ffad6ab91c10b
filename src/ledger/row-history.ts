import type { LedgerTable } from './ledger-table.js'
import type { RowVersion, VersionChange } from './public-ledger.js'

/** Every version of a row up to a commit, from its first INSERT on. */
export function rowHistory(table: LedgerTable, number: number, until: number): RowVersion[] {
  return versionsOf(table, number, until).map(({ commit, kind, version }) => ({
    commit,
    kind,
    row: version === undefined ? undefined : table.row(number, version),
  }))
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
