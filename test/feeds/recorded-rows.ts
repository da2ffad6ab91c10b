import type { FeedRow } from './feed-row.js'

/** A tool that CI does not run: shapes built from its documentation are read by a test. */
export interface RecordedRow extends FeedRow {
  /** A file of the tests, and the title of a test in it. */
  readonly test: readonly [file: string, title: string]
}

const DEBEZIUM = { tool: 'Debezium', version: '3.2' }
const CLIENTS = { tool: 'Kafka clients', version: '' }
const READ = 'read as it is'

export const recordedRows: readonly RecordedRow[] = [
  {
    ...DEBEZIUM,
    setting: 'defaults of PostgreSQL: `REPLICA IDENTITY DEFAULT`, decimals as bytes, tombstones, heartbeats',
    verdict: 'read; of a row before that is all NULLs and zeros but its key, the key is compared',
    test: ['test/events/replayed-relatives.test.ts', 'Debezium with its defaults, as messages'],
  },
  {
    ...DEBEZIUM,
    setting: '`decimal.handling.mode`: `precise`, `double`, `string`',
    verdict: 'read; `double` as far as a double is exact',
    test: ['test/events/formats/read-debezium.test.ts', 'decimal.handling.mode'],
  },
  {
    ...DEBEZIUM,
    setting: '`time.precision.mode`: days, and texts of a date',
    verdict: READ,
    test: ['test/events/formats/read-debezium.test.ts', 'time.precision.mode'],
  },
  {
    ...DEBEZIUM,
    setting: '`__debezium_unavailable_value`',
    verdict: 'read; the column is not told, and not compared',
    test: ['test/events/formats/read-debezium.test.ts', 'what is told of a row is not taken for a placeholder'],
  },
  {
    ...DEBEZIUM,
    setting: 'JSON converter with schemas: `schema` and `payload`',
    verdict: READ,
    test: ['test/events/replayed-relatives.test.ts', 'Debezium with schemas'],
  },
  {
    ...DEBEZIUM,
    setting: '`ExtractNewRecordState` with `add.fields`: `__op`, `__table`, `__deleted`',
    verdict: READ,
    test: ['test/events/replayed-relatives.test.ts', 'flat rows with `__op`'],
  },
  {
    ...DEBEZIUM,
    setting: '`ExtractNewRecordState` without fields, with tombstones',
    verdict:
      'read; whether a row is an INSERT is told by what came before, which a feed that begins with changes lacks',
    test: ['test/events/replayed-relatives.test.ts', 'flat rows and tombstones'],
  },
  {
    ...DEBEZIUM,
    setting: 'CloudEvents',
    verdict: READ,
    test: ['test/events/replayed-relatives.test.ts', 'CloudEvents'],
  },
  {
    ...DEBEZIUM,
    setting: 'snapshot, then changes',
    verdict: 'read; the rows tell the commit after which the changes have to begin',
    test: ['test/match/feeds/feed-seam.test.ts', 'rows of any commit, then the changes after it, replay'],
  },
  {
    ...DEBEZIUM,
    setting: 'incremental snapshots',
    verdict: 'read; a row has to be as it was at some commit of its window',
    test: ['test/match/feeds/feed-seam.test.ts', 'rows that are read by parts while the changes go on'],
  },
  {
    ...DEBEZIUM,
    setting: 'transaction markers, schema changes, notifications, `op` `t` and `m`',
    verdict: 'left out',
    test: ['test/events/read-silent.test.ts', 'tells of nothing, whatever is before and behind'],
  },
  {
    tool: 'Maxwell',
    version: '',
    setting: 'defaults; bootstrap',
    verdict: 'read; where `old` is missing, no row before is compared',
    test: ['test/events/formats/read-mysql-tools.test.ts', 'a bootstrap reads rows'],
  },
  {
    tool: 'Maxwell, Canal',
    version: '',
    setting: 'UPDATEs without `old`',
    verdict: 'read; no row before is compared',
    test: ['test/events/replayed-relatives.test.ts', 'Maxwell and Canal without the rows before'],
  },
  {
    tool: 'Canal',
    version: '',
    setting: 'flat messages; schema changes',
    verdict: READ,
    test: ['test/events/read-events.test.ts', 'a feed of Canal without GTIDs, with a schema change'],
  },
  {
    tool: 'TiCDC',
    version: '',
    setting: '`canal-json` with the extension of TiDB',
    verdict: 'read; watermarks are left out',
    test: [
      'test/events/formats/read-mysql-tools.test.ts',
      'a transaction of TiDB is told by its commit, with all of its digits',
    ],
  },
  {
    tool: 'TiCDC',
    version: '',
    setting: 'simple protocol',
    verdict: READ,
    test: ['test/events/formats/read-mysql-tools.test.ts', "TiCDC's simple protocol"],
  },
  {
    tool: 'Flink',
    version: '',
    setting: 'its own `debezium-json`, and `canal-json`, `maxwell-json`',
    verdict: 'read; they name no table: that of `toReplayTo` is meant',
    test: ['test/events/replayed-relatives.test.ts', "Flink's debezium-json"],
  },
  {
    ...CLIENTS,
    setting: 'messages of `kafkajs`',
    verdict: READ,
    test: ['test/events/event-inputs.test.ts', 'messages of kafkajs'],
  },
  {
    ...CLIENTS,
    setting: 'messages of librdkafka and what is built on it',
    verdict: READ,
    test: ['test/events/event-inputs.test.ts', 'messages of librdkafka'],
  },
  { ...CLIENTS, setting: '`kcat -J`', verdict: READ, test: ['test/events/event-inputs.test.ts', 'lines of `kcat -J`'] },
  {
    ...CLIENTS,
    setting: 'topics of several partitions',
    verdict: "read with `order: 'key'`",
    test: ['test/match/feeds/feed-seam.test.ts', 'the partitions of a topic keep the order of each key alone'],
  },
]
