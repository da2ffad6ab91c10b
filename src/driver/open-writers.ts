import { OptionsError } from '../errors.js'
import type { Mix } from '../plan/mix/mix.js'
import type { Overlap } from '../plan/overlap/overlap.js'
import { BatchWriter, type BatchWriterOptions } from '../writer/batch-writer.js'
import { ParallelWriters } from '../writer/parallel-writers.js'
import { Monitor } from '../writer/monitor.js'
import { openSession, type Session } from '../writer/session.js'
import type { StreamEvent } from './stream-event.js'

/** With less, it is no wonder that none overlapped. */
const FEW_COMMITS = 10

function isInsertOnly(mix: Mix): boolean {
  return mix.kind === 'shares' && mix.update === 0 && mix.delete === 0
}

/**
 * Prepares the sessions of transactions that overlap, or lets them take turns where they have to.
 *
 * On Cloudberry UPDATE and DELETE lock append-optimized tables whole, and all tables where the global deadlock detector is off
 * (https://github.com/greenplum-db/gpdb/issues/4810): then a transaction that is open while others commit can hold
 * INSERTs only, and so must the others.
 *
 * @throws OptionsError where late commits cannot work there
 */
export function openWriters(
  main: BatchWriter,
  { seesWaits }: Pick<Session, 'seesWaits'>,
  { overlap, mix }: { readonly overlap: Overlap; readonly mix: Mix },
  options: BatchWriterOptions,
  tell: (event: StreamEvent) => void,
): ParallelWriters {
  const { locksWhole = [] } = options
  if (locksWhole.length > 0 && !isInsertOnly(mix)) {
    const late = (['lateCommit', 'longTransaction'] as const).find((name) => overlap[name] > 0)
    const names = locksWhole.map((name) => `\`${name}\``).join(' and ')
    const mend = 'heap tables on a cluster with gp_enable_global_deadlock_detector=on'
    if (late) {
      throw new OptionsError(
        `Expected \`${late}\` with \`ratio: { insert: 1 }\` where UPDATE and DELETE lock ${names} whole until COMMIT, got other changes. ` +
          `Use ${mend}, or leave out \`${late}\`.`,
      )
    }
    const message = `UPDATE and DELETE lock ${names} whole until COMMIT, so the writers take turns; ${mend} let them overlap`
    if (overlap.writers > 1) tell({ type: 'warning', message })
    return new ParallelWriters(main, undefined)
  }
  const besideOptions = { ...options, tables: [], beside: options.tables }
  return new ParallelWriters(main, {
    open: async () => new BatchWriter(await openSession(besideOptions), besideOptions),
    monitor: new Monitor(options.connection),
    seesWaits,
    onTurns: (table) => {
      const name = options.rows[table]!.definition.name
      tell({
        type: 'warning',
        message:
          `Transactions that change \`${name}\` wait for each other, as a trigger, a view or an index of the table makes ` +
          'them, so they take turns from now on; commits and their order stay as planned',
      })
    },
  })
}

/** Says at the end, once, that nothing has overlapped; unless it was said before why the transactions take turns. */
export function tellOfNoOverlap(
  { canOverlap, overlapped }: ParallelWriters,
  { writers, lateCommit, longTransaction }: Overlap,
  commits: number,
  tell: (event: StreamEvent) => void,
): void {
  const isWanted = writers > 1 || lateCommit > 0 || longTransaction > 0
  if (!isWanted || !canOverlap || overlapped || commits < FEW_COMMITS) return
  const message =
    'No two transactions were open at the same time: each batch begins with changes of rows that the one before it changes ' +
    '(see hot keys and chains), or had no new rows to commit late'
  tell({ type: 'warning', message })
}
