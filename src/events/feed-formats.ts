import type { FeedFormat } from './feed-format.js'
import { canalFormat } from './formats/read-canal.js'
import { changesFormat } from './formats/read-changes.js'
import { debeziumFormat } from './formats/read-debezium.js'
import { flatRowsFormat } from './formats/read-flat-rows.js'
import { flinkFormat } from './formats/read-flink.js'
import { flinkJsonFormat } from './formats/read-flink-json.js'
import { maxwellFormat } from './formats/read-maxwell.js'
import { pgoutputFormat } from './formats/read-pgoutput.js'
import { testDecodingFormat } from './formats/read-test-decoding.js'
import { ticdcFormat } from './formats/read-ticdc.js'
import { wal2jsonFormat } from './formats/read-wal2json.js'

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
