import * as z from 'zod/mini'
import { option } from '../option.js'
import { readInteger, readSize, onOrOff, text, value, choice, choices, integer, share } from '../values.js'
import { eventFormats } from '../../events/feed-format.js'
import { eventExtras } from '../../events/records/record-options.js'

const has = ['command', 'shard'] as const

const MOST_COMMITS = 2_147_483_647
const MOST_PORT = 65_535

/** What the command line writes about a run, and what runs beside it. */
export const outputOptions = {
  logFile: option({
    value: text('the name of a file'),
    has,
    fallback: 'mock-data.log',
    command: {
      flags: '--log-file <file>',
      variable: 'CDC_LOG_FILE',
      help: 'the log file; lines are added at its end',
    },
  }),
  /** Bytes. */
  logMaxSize: option({
    value: value<number>(z.int(), 'a size such as 10M', readSize),
    has,
    command: {
      flags: '--log-max-size <size>',
      variable: 'CDC_LOG_MAX_SIZE',
      help: 'begin a new log file when it has this size, such as 10M, and keep 5 old ones: mock-data.log.1 is the youngest',
      shown: 'no limit',
    },
  }),
  /** Commits. */
  vacuumEvery: option({
    value: value<number>(z.int(), 'a number of commits', readInteger(1, MOST_COMMITS)),
    has,
    command: {
      flags: '--vacuum-every <commits>',
      variable: 'CDC_VACUUM_EVERY',
      help: 'VACUUM the tables every so many commits, beside the load; for servers that do not by themselves',
      shown: 'never',
    },
  }),
  /** Commits. */
  analyzeEvery: option({
    value: value<number>(z.int(), 'a number of commits', readInteger(1, MOST_COMMITS)),
    has,
    command: {
      flags: '--analyze-every <commits>',
      variable: 'CDC_ANALYZE_EVERY',
      help: 'ANALYZE the tables every so many commits, between two batches; the load itself does not need it',
      shown: 'never',
    },
  }),
  metricsPort: option({
    value: value<number>(z.int(), 'a port', readInteger(0, MOST_PORT)),
    has,
    command: {
      flags: '--metrics-port <port>',
      variable: 'CDC_METRICS_PORT',
      help: 'serve OpenMetrics text at /metrics on this port; 0 is any that is free',
      shown: 'no metrics',
    },
  }),
  metricsHost: option({
    value: text('an address'),
    has,
    fallback: '127.0.0.1',
    command: {
      flags: '--metrics-host <address>',
      variable: 'CDC_METRICS_HOST',
      help: 'the address to serve metrics on; there is no log-in',
      needs: 'metricsPort',
    },
  }),
  /** A file that ends in .html. */
  report: option({
    value: text('the name of a file that ends in .html'),
    has,
    command: {
      flags: '--report <file.html>',
      variable: 'CDC_REPORT',
      help: 'write a report of the run as one HTML page, with charts, and its figures as JSON beside it',
      shown: 'no report',
    },
  }),
  verify: option({
    value: onOrOff,
    has,
    fallback: true,
    command: {
      flags: '--no-verify',
      variable: 'CDC_VERIFY',
      help: 'do not compare the tables with the ledger at the end; as a variable: CDC_VERIFY=0',
    },
  }),
  json: option({
    value: onOrOff,
    has: ['command'],
    fallback: false,
    command: {
      flags: '--json',
      variable: 'CDC_JSON',
      help: 'print one JSON object with the summary on standard output, and log lines on standard error',
    },
  }),
}

/** Which change events the command line writes. */
export const eventOptions = {
  /** A file, `-` for standard output, or `kafka://HOST:PORT/TOPIC`. */
  events: option({
    value: text('the name of a file, -, or kafka://HOST:PORT/TOPIC'),
    has,
    command: {
      flags: '--events <file>',
      variable: 'CDC_EVENTS',
      help: 'write every change as an event to this file, which is written anew, a line each; - is standard output, with log lines on standard error; kafka://host:9092/topic is a topic of Kafka, and without /topic those that a connector writes',
      shown: 'no events',
      line: { text: (file) => `events=${file}` },
    },
  }),
  format: option({
    value: choice(eventFormats),
    has,
    fallback: 'changes',
    command: {
      flags: '--format <name>',
      variable: 'CDC_EVENTS_FORMAT',
      help: 'the format of the events',
      needs: 'events',
      line: { text: (format) => `format=${format}`, always: true },
    },
  }),
  eventExtras: option({
    value: choices(eventExtras),
    has,
    command: {
      flags: '--event-extras <list>',
      variable: 'CDC_EVENT_EXTRAS',
      help: 'what connectors write beside the changes, with commas between; formats of Debezium only',
      shown: 'tombstones to Kafka, none to a file',
      example: 'tombstones,transactions',
      needs: 'events',
      line: { text: (extras = []) => `event extras=${extras.join(',')}` },
    },
  }),
  eventFrom: option({
    value: integer(0, MOST_COMMITS),
    has,
    fallback: 0,
    command: {
      flags: '--event-from <commit>',
      variable: 'CDC_EVENT_FROM',
      help: 'the commit after which the events begin, as of a connector that begins under load',
      example: '20',
      needs: 'events',
      line: { text: (commit) => `event from=${commit}` },
    },
  }),
  eventDuplicates: option({
    value: share,
    has,
    fallback: 0,
    command: {
      flags: '--event-duplicates <share>',
      variable: 'CDC_EVENT_DUPLICATES',
      help: 'the share of events, 0 to 1, that come a second time, up to 10 events later',
      example: '0.01',
      needs: 'events',
      line: { text: (part) => `event duplicates=${part}` },
    },
  }),
  eventShuffle: option({
    value: integer(0, 1_000_000),
    has,
    fallback: 0,
    command: {
      flags: '--event-shuffle <places>',
      variable: 'CDC_EVENT_SHUFFLE',
      help: 'by how many places, at most, an event comes too early or too late',
      example: '5',
      needs: 'events',
      line: { text: (places) => `event shuffle=${places}` },
    },
  }),
  eventLate: option({
    value: share,
    has,
    fallback: 0,
    command: {
      flags: '--event-late <share>',
      variable: 'CDC_EVENT_LATE',
      help: 'the share of events, 0 to 1, that come 3 commits late',
      example: '0.01',
      needs: 'events',
      line: { text: (part) => `event late=${part}` },
    },
  }),
}
