/*
 * What a user of the engine calls or writes down; nothing that is reached from here can change what a ledger knows. Types
 * that a signature names besides are reached through it, as `EventOf<'maxwell'>` or `CdcStats['latency']`; all of it is in
 * docs/api/engine.api.md.
 */
export type { HazardOptions } from './plan/mix/hazards.js'
export type { MixWeights } from './plan/mix/mix.js'
export type { TableModule } from './options/load-tables.js'
export type { RateStep } from './options/pace.js'
export type { ConnectionOptions } from './database/connection/connection.js'
export type { ChangeScript, ScriptRun } from './plan/script/change-script.js'
export { readScript } from './options/read-script.js'

export type {
  CdcOptions,
  CdcStats,
  CdcStream,
  CdcSummary,
  Commit,
  CommitWithEvents,
  CommitWithRecords,
  StreamState,
} from './stream/cdc-stream.js'
export type { CommitEvent, StreamEvent } from './driver/stream-event.js'
export { createCdcStream } from './stream/create-cdc-stream.js'

export type { AuditGrade, AuditWord } from './audit/audit-grade.js'
export type { AuditOptions, AuditReader } from './audit/audit-options.js'

export type { ExplorableJob, JobExploration, JobStats, JobStrikes } from './explore/exploration.js'
export type { Allowance, JobMutation } from './mutate/mutation.js'
export type { Mutant, MutationResult } from './mutate/mutation.js'
export { openJob } from './mutate/open-job.js'
export type { StreamJob } from './mutate/open-job.js'
export type { FaultKind } from './wire/faults/fault.js'
export { openWire } from './wire/session/open-wire.js'
export type { Place, PlaceHook } from './wire/place.js'
export type { Wire, WireOptions } from './wire/wire.js'

export type { Change, ChangeCounts, Row } from './ledger/change.js'
export type { Ledger, LedgerState, RowVersion } from './ledger/public-ledger.js'
export type { Verification } from './ledger/verification.js'
export type { Aggregate } from './ledger/view.js'

export type { Anomaly, AnomalyName, Mismatch } from './match/anomaly.js'
export type { CommitLimits, CommitRange, CommitTarget } from './match/commit-target.js'
export { describeMismatch } from './match/rows/describe-mismatch.js'
export type { FeedReplay } from './match/feeds/feed-replay.js'
export { explainCommit, matchCommit } from './match/rows/match-commit.js'
export { replayEvents, type ReplayOptions } from './match/feeds/replay-events.js'
export type { TableState } from './match/commit-target.js'

export { explainQuery, matchQuery } from './query/match-query.js'
export type { QueryOptions, QueryState } from './query/query-state.js'

export type { CapturedChange } from './events/captured-change.js'
export type { DeliveryFaults } from './events/delivery/faulty-delivery.js'
export { type EventFormat, eventFormats } from './events/feed-format.js'
export type { FeedOptions } from './events/event-context.js'
export { readEvents } from './events/read-events.js'
export { type EventOf, renderEvents } from './events/render-events.js'
export type { EventProducer, EventRecord } from './events/records/event-record.js'
export { produceRecords } from './events/records/produce-records.js'
export { type EventExtra, eventExtras, type RecordOptions } from './events/records/record-options.js'
export { type KafkaOptions, openKafkaProducer } from './brokers/kafka-producer.js'

export type { Cell, Column, PgValue } from './tables/column.js'
export { defineTable } from './tables/define-table.js'
export type { Key, KeyColumn } from './tables/keys/key-column.js'
export { Random } from './tables/random.js'
export { arrayText } from './tables/types/array.js'
export { timestampText } from './tables/types/timestamp.js'
export { storeReturns } from './tables/store-returns.js'
export { storeSales } from './tables/store-sales.js'
export type { TableClock } from './tables/clock.js'
export type { RowContext, RowSource, TableDefinition } from './tables/table-definition.js'

export { CdcError, OptionsError, PlaceError, StateError, SurvivorError, TargetError, WriteError } from './errors.js'
