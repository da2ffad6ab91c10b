import type { ChangeCounts } from '../ledger/change.js'
import type { Batch, ChangeKind } from '../plan/batch.js'
import type { PreflightEvent } from '../preflight/preflight-event.js'
import type { Slot } from './pacer.js'

/** A transaction that the database accepted. */
export interface CommitEvent extends ChangeCounts {
  readonly type: 'commit'
  readonly commit: number
  readonly tables: Readonly<Record<string, ChangeCounts>>
  /** When the answer to COMMIT came, in milliseconds since 1970. */
  readonly at: number
  /** From BEGIN to the answer to COMMIT, with retries. */
  readonly milliseconds: number
  /** Transactions of the stream that were open then, this one among them. */
  readonly open: number
  /** By how many milliseconds the batch began later than its schedule wanted. */
  readonly lag: number
  /** Slots of the schedule that were left out before this batch, because the writer could not keep up. */
  readonly skipped: number
}

/** What a stream tells its observer. */
export type StreamEvent =
  | PreflightEvent
  /**
   * Before commit 1: what `resume` takes should the process die. There is no token where it would not say all: for
   * changes of a script, and where rows stood in the tables before.
   */
  | { readonly type: 'resumable'; readonly token: string | undefined }
  /** A run that is resumed has made so many commits before, with so many changes. */
  | ({ readonly type: 'resumed'; readonly commit: number } & ChangeCounts)
  | CommitEvent
  | { readonly type: 'retry'; readonly commit: number; readonly attempt: number; readonly reason: string }
  /** The answer to a COMMIT was lost, and the database has now told what became of it. */
  | { readonly type: 'resolved'; readonly commit: number; readonly committed: boolean }
  /** The writer is `milliseconds` behind its schedule; told at most once a second. */
  | { readonly type: 'lag'; readonly milliseconds: number }

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
  const noChanges = (): Record<keyof ChangeCounts, number> => ({ inserts: 0, updates: 0, deletes: 0 })
  const total = noChanges()
  const tables = names.map(noChanges)
  for (const { kind, table, numbers } of batch.runs) {
    total[COUNTER[kind]] += numbers.length
    tables[table]![COUNTER[kind]] += numbers.length
  }
  const byName = Object.fromEntries(names.map((name, index) => [name, tables[index]!]))
  return { type: 'commit', commit: batch.commit, ...total, tables: byName, at: Date.now(), ...how }
}
