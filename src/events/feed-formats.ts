import type { FeedFormat } from './feed-format.js'
import { canalFormat } from './read-canal.js'
import { changesFormat } from './read-changes.js'
import { debeziumFormat } from './read-debezium.js'
import { flatRowsFormat } from './read-flat-rows.js'
import { flinkFormat } from './read-flink.js'
import { flinkJsonFormat } from './read-flink-json.js'
import { maxwellFormat } from './read-maxwell.js'
import { pgoutputFormat } from './read-pgoutput.js'
import { testDecodingFormat } from './read-test-decoding.js'
import { ticdcFormat } from './read-ticdc.js'
import { wal2jsonFormat } from './read-wal2json.js'

/** All formats that are read. Flat rows come last: they can look like anything. */
export const feedFormats: readonly FeedFormat[] = [
  changesFormat,
  flinkFormat,
  debeziumFormat,
  canalFormat,
  maxwellFormat,
  ticdcFormat,
  wal2jsonFormat,
  testDecodingFormat,
  pgoutputFormat,
  flinkJsonFormat,
  flatRowsFormat,
]
