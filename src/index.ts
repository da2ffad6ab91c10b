export type { CdcOptions } from './stream/cdc-options.js'
export type { HazardOptions } from './plan/hazards.js'
export type { MixWeights } from './plan/mix.js'
export type { TableModule } from './options/load-tables.js'
export type {
  CdcStats,
  CdcStream,
  CdcSummary,
  Commit,
  CommitWithEvents,
  Percentiles,
  StreamState,
  TableSummary,
} from './stream/cdc-stream.js'
export type { RateStep } from './options/pace.js'
export type { ChangeScript, ScriptRun, ScriptTable } from './plan/change-script.js'
export { readScript } from './stream/read-script.js'
export { createCdcStream } from './stream/create-cdc-stream.js'
export type { CommitEvent, StreamEvent } from './stream/stream-event.js'
export type { Anomaly, AnomalyName, Mismatch } from './match/anomaly.js'
export { describeMismatch } from './match/describe-mismatch.js'
export type { GivenRows } from './match/given-rows.js'
export {
  type CommitLimits,
  type CommitRange,
  type CommitTarget,
  explainCommit,
  matchCommit,
  type TableSource,
} from './match/match-commit.js'
export { replayEvents, type ReplayOptions } from './match/replay-events.js'
export type { FeedReplay } from './match/replay-feed.js'
export { type StateSource, TableState } from './match/table-state.js'
export type { Aggregate } from './ledger/view.js'
export type { RowVersion } from './ledger/row-history.js'
export type { CanalMessage, CanalRow } from './events/canal.js'
export type { CapturedChange, CapturedRow } from './events/captured-change.js'
export type { ChangeEvent } from './events/changes.js'
export type { DebeziumEnvelope, DebeziumSource } from './events/debezium-envelope.js'
export type { DebeziumMysqlEvent, DebeziumMysqlSource } from './events/debezium-mysql.js'
export type { DebeziumPostgresEvent, DebeziumPostgresSource } from './events/debezium-postgres.js'
export type { DeliveryFaults } from './events/delivery-faults.js'
export type { EventContext, EventNames } from './events/event-context.js'
export { type EventFormat, eventFormats, type EventOf } from './events/event-format.js'
export { deliverFaulty } from './events/faulty-delivery.js'
export type { FeedOptions } from './events/feed-options.js'
export type { FlinkRow, FlinkRowKind } from './events/flink.js'
export type { JsonObject, JsonRow, JsonValue } from './events/json-value.js'
export type { MaxwellEvent } from './events/maxwell.js'
export type { EventInput } from './events/parse-events.js'
export { readEvents, type ReadEventsOptions } from './events/read-events.js'
export { renderEvents } from './events/render-events.js'
export type { Change, ChangeCounts, Row } from './ledger/change.js'
export type { Ledger, LedgerState } from './ledger/ledger.js'
export type { KeyFilter, TableReader } from './ledger/table-reader.js'
export type { ColumnDifference, RowDifference, Verification } from './ledger/verification.js'
export type { Cell, Column, ColumnType } from './tables/column.js'
export { defineTable } from './tables/define-table.js'
export type { PgValue } from './tables/pg-values.js'
export { Random } from './tables/random.js'
export { storeReturns } from './tables/store-returns.js'
export { storeSales } from './tables/store-sales.js'
export type { ParentTable, RowContext, RowSource, TableDefinition } from './tables/table-definition.js'
export type { ConnectionOptions } from './target/connection.js'
export type { DialectInfo } from './target/dialect.js'
export { type Environment, readEnvironment } from './target/environment.js'
export { openTarget, type OpenTargetOptions, type TargetChoice } from './target/open-target.js'
export type { StartedTarget } from './target/started-target.js'
export { CdcError, OptionsError, StateError, TargetError, WriteError } from './errors.js'
