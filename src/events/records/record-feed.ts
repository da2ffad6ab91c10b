import type { Ledger } from '../../ledger/public-ledger.js'
import type { EventContext } from '../event-context.js'
import type { EventFormat } from '../feed-format.js'
import { changeRecords } from './change-records.js'
import type { EventRecord } from './event-record.js'
import { heartbeatRecords } from './heartbeat-record.js'
import { IncrementalSnapshot } from './incremental-snapshot.js'
import {
  type DebeziumFormat,
  type EventExtra,
  isDebezium,
  type RecordOptions,
  type ResolvedRecords,
  resolveRecords,
} from './record-options.js'
import { schemaRecords } from './schema-records.js'
import { asInsert, snapshotRecords } from './snapshot-records.js'
import { transactionRecords } from './transaction-records.js'

/** An incremental snapshot begins so many commits after the feed: there is something to tell then. */
const SNAPSHOT_AFTER = 3

/** Makes of commits, which come one after the other, the records that a connector writes of them. */
export class RecordFeed {
  readonly #format: EventFormat
  readonly #options: ResolvedRecords
  #incremental: IncrementalSnapshot | undefined

  /** @throws OptionsError for options that cannot be */
  constructor(format: EventFormat, options: RecordOptions) {
    this.#format = format
    this.#options = resolveRecords(format, options)
  }

  /** What is written when a commit was acknowledged. */
  next(context: EventContext, ledger: Ledger): EventRecord[] {
    const { from } = this.#options
    const { commit } = context
    const opening = commit === Math.max(from, 1) ? this.#opening({ ...context, commit: from }, ledger) : []
    return commit > from ? [...opening, ...this.#following(context, ledger)] : opening
  }

  /** What a connector writes before the first change. */
  #opening(context: EventContext, ledger: Ledger): EventRecord[] {
    const format = this.#format
    if (!isDebezium(format)) return []
    const schemas = this.#has('schema-changes') ? schemaRecords(context) : []
    if (!this.#has('snapshot')) return schemas
    const state = ledger.at(context.commit)
    const changes = context.tables.flatMap(({ name: table }) =>
      [...state.rows(table)].map((row) => asInsert(table, row)),
    )
    return [...schemas, ...snapshotRecords(format, { ...context, changes }, this.#options)]
  }

  #following(context: EventContext, ledger: Ledger): EventRecord[] {
    const format = this.#format
    const changes = changeRecords(format, context, this.#options)
    if (!isDebezium(format)) return changes
    const isMarked = this.#has('transactions') && changes.length > 0
    const markers = isMarked ? transactionRecords(format, context) : undefined
    return [
      ...(markers ? [markers.begin, ...changes, markers.end] : changes),
      ...(this.#has('incremental-snapshot') ? this.#chunk(format, context, ledger) : []),
      ...(this.#has('heartbeats') ? heartbeatRecords(context) : []),
    ]
  }

  #chunk(format: DebeziumFormat, context: EventContext, ledger: Ledger): EventRecord[] {
    const { commit, tables } = context
    if (commit < this.#options.from + SNAPSHOT_AFTER) return []
    this.#incremental ??= new IncrementalSnapshot(ledger.at(commit), tables)
    const changes = this.#incremental.next(commit, context.changes)
    return snapshotRecords(format, { ...context, changes }, this.#options, () => 'incremental')
  }

  #has(extra: EventExtra): boolean {
    return this.#options.extras.includes(extra)
  }
}
