import type { Batch, ChangeKind } from '../plan/batch.js'
import type { ChangeCounts } from '../ledger/change.js'
import type { Slot } from './pacer.js'
import type { CommitEvent } from './stream-event.js'

const COUNTER: Readonly<Record<ChangeKind, keyof ChangeCounts>> = {
  insert: 'inserts',
  update: 'updates',
  delete: 'deletes',
}

/** What is told of a batch that was committed just now. */
export function commitEvent(
  batch: Batch,
  names: readonly string[],
  how: Slot & Pick<CommitEvent, 'milliseconds' | 'open'>,
): CommitEvent {
  const total = noChanges()
  const tables = names.map(noChanges)
  for (const { kind, table, numbers } of batch.runs) {
    total[COUNTER[kind]] += numbers.length
    tables[table]![COUNTER[kind]] += numbers.length
  }
  const byName = Object.fromEntries(names.map((name, index) => [name, tables[index]!]))
  return { type: 'commit', commit: batch.commit, ...total, tables: byName, at: Date.now(), ...how }
}

function noChanges(): Record<keyof ChangeCounts, number> {
  return { inserts: 0, updates: 0, deletes: 0 }
}
