import { PgoutputPlugin, TestDecodingPlugin, Wal2JsonPlugin } from 'pg-logical-replication'
import { bySql, byClient, byRecvlogical, type Tool } from './capture.js'
import { type CapturedFeed, feedOfDecodedText, feedOfItems, feedOfLines, feedOfTransactions } from './captured-feed.js'
import { byDebezium } from './debezium.js'
import type { FeedRow } from './feed-row.js'
import { finiteTables, plainTables, tables, tablesOfDebezium } from './load.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'

/** A tool that captures a stream of ours in CI. */
export interface CapturedRow extends FeedRow {
  readonly server: 'embedded' | 'debian'
  /** @default false */
  readonly needsDebezium?: boolean
  readonly identity: 'DEFAULT' | 'FULL'
  readonly tables: readonly TableDefinition[]
  readonly begin: Tool<CapturedFeed>
}

type Server = Pick<CapturedRow, 'server' | 'version'>

const embedded: Server = { server: 'embedded', version: 'PostgreSQL 14' }
const debian: Server = { server: 'debian', version: 'PostgreSQL 15' }
const wal2json: Server = { server: 'debian', version: '2.5, PostgreSQL 15' }
const CLIENT = '`pg-logical-replication`'

const pgoutput = byClient('pgoutput', (schema) => new PgoutputPlugin({ protoVersion: 1, publicationNames: [schema] }))

/** A row for each identity: with the default one, rows before are told by their key alone. */
function rows<Told>(
  { server, version }: Server,
  tool: string,
  setting: string,
  begin: Tool<Told>,
  feedOf: (told: Told) => CapturedFeed,
): CapturedRow[] {
  return (['DEFAULT', 'FULL'] as const).map((identity) => ({
    server,
    identity,
    tables: tablesOf(tool + setting),
    tool,
    version,
    setting: `${setting}, \`REPLICA IDENTITY ${identity}\``,
    verdict: identity === 'FULL' ? 'read as it is' : 'read; of the row before, what is told is compared: the key',
    begin: async (place) => {
      const capture = await begin(place)
      return { end: async () => feedOf(await capture.end()) }
    },
  }))
}

/** What a tool can tell: the parser of `TestDecodingPlugin` takes no arrays, and no quotation mark in a text. */
function tablesOf(tool: string): readonly TableDefinition[] {
  if (tool.includes('TestDecodingPlugin')) return plainTables
  return /wal2json/i.test(tool) ? finiteTables : tables
}

/** Intervals are microseconds by default, in which a month is no month any more. */
const WHOLE_INTERVALS = { 'interval.handling.mode': 'string' }

/** A row of Debezium's connector. */
function debeziumRow(
  identity: CapturedRow['identity'],
  setting: string,
  settings: Readonly<Record<string, string>>,
  lost: Readonly<Record<string, RegExp>>,
): CapturedRow {
  const capture = byDebezium({ ...WHOLE_INTERVALS, ...settings })
  return {
    server: 'embedded',
    needsDebezium: true,
    identity,
    tables: tablesOfDebezium(lost),
    tool: 'Debezium 3.3.1, engine',
    version: embedded.version,
    setting: `${setting}, \`REPLICA IDENTITY ${identity}\``,
    verdict: identity === 'FULL' ? 'read as it is' : 'read; of the row before, what is told is compared: the key',
    begin: async (place) => {
      const { end } = await capture(place)
      return { end: async () => feedOfItems(await end()) }
    },
  }
}

const WITHOUT_SCHEMAS = { 'converter.schemas.enable': 'false' }
const NOT_A_NUMBER = { numeric: /NaN/ }

const debeziumRows: readonly CapturedRow[] = [
  debeziumRow(
    'DEFAULT',
    'JSON without schemas, `decimal.handling.mode=string`',
    { ...WITHOUT_SCHEMAS, 'decimal.handling.mode': 'string' },
    {},
  ),
  debeziumRow('DEFAULT', 'defaults', {}, NOT_A_NUMBER),
  debeziumRow('FULL', 'defaults', {}, NOT_A_NUMBER),
  debeziumRow('FULL', 'JSON without schemas, decimals as bytes', WITHOUT_SCHEMAS, NOT_A_NUMBER),
  debeziumRow(
    'FULL',
    '`decimal.handling.mode=double`, `time.precision.mode=microseconds`',
    { 'decimal.handling.mode': 'double', 'time.precision.mode': 'microseconds' },
    { numeric: /\d{15}/ },
  ),
  debeziumRow(
    'DEFAULT',
    '`time.precision.mode=nanoseconds`',
    { 'time.precision.mode': 'nanoseconds' },
    { ...NOT_A_NUMBER, timestamp: /infinity|^0001/ },
  ),
  debeziumRow(
    'FULL',
    '`time.precision.mode=connect`',
    { 'time.precision.mode': 'connect' },
    { ...NOT_A_NUMBER, time: /999999/ },
  ),
  debeziumRow(
    'FULL',
    '`time.precision.mode=isostring`',
    { 'time.precision.mode': 'isostring' },
    { ...NOT_A_NUMBER, time: /^24/ },
  ),
]

export const capturedRows: readonly CapturedRow[] = [
  ...debeziumRows,
  ...rows(embedded, `${CLIENT} 2.5.0`, '`PgoutputPlugin`, publication', pgoutput, feedOfItems),
  ...rows(debian, `${CLIENT} 2.5.0`, '`PgoutputPlugin`, publication', pgoutput, feedOfItems),
  ...rows(
    embedded,
    `${CLIENT} 2.5.0`,
    '`TestDecodingPlugin`',
    byClient('test_decoding', () => new TestDecodingPlugin({ includeXids: true })),
    feedOfItems,
  ),
  ...rows(
    debian,
    `${CLIENT} 2.5.0`,
    '`Wal2JsonPlugin`',
    byClient('wal2json', () => new Wal2JsonPlugin({})),
    feedOfTransactions,
  ),
  ...rows(embedded, 'test_decoding', 'SQL functions', bySql('test_decoding'), feedOfItems),
  ...rows(debian, 'test_decoding', '`pg_recvlogical`', byRecvlogical('test_decoding'), feedOfDecodedText),
  ...rows(wal2json, 'wal2json', 'version 1, SQL functions', bySql('wal2json'), feedOfTransactions),
  ...rows(
    wal2json,
    'wal2json',
    'version 1, `include-xids`, `include-pk`, SQL functions',
    bySql('wal2json', ['include-xids', 'true', 'include-pk', 'true']),
    feedOfTransactions,
  ),
  ...rows(
    wal2json,
    'wal2json',
    'version 2, `pg_recvlogical`',
    byRecvlogical('wal2json', ['format-version=2']),
    feedOfLines,
  ),
  ...rows(
    wal2json,
    'wal2json',
    'version 2, `include-pk`, SQL functions',
    bySql('wal2json', ['format-version', '2', 'include-pk', 'true']),
    feedOfItems,
  ),
]
