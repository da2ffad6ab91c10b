import { type EventFormat, eventFormats } from '../events/event-format.js'
import type { HazardOptions, MixWeights } from '../stream/cdc-options.js'
import type { RateStep } from '../stream/pace.js'
import { readHazards } from './read-hazards.js'
import { readRatio } from './read-ratio.js'
import { readSchedule } from './read-schedule.js'
import { readSize } from './read-size.js'
import { readChoice, readInteger, readNumber, readSwitch, readText, type ReadValue } from './read-value.js'

/** Everything the command line can be told, by the name that commander gives the option. */
export interface Settings {
  readonly totalBatches: number
  readonly batchSize: number
  /** Milliseconds. */
  readonly batchInterval: number
  /** Changes a second. */
  readonly rate: number | undefined
  readonly schedule: readonly RateStep[] | undefined
  readonly tables: 'sales' | 'returns' | 'both'
  readonly continuous: boolean
  readonly ratio: number | MixWeights | undefined
  readonly hazards: HazardOptions | undefined
  readonly writers: number
  readonly lateCommit: number
  readonly rollback: number
  readonly longTransaction: number
  readonly seed: number | undefined
  readonly scale: number
  readonly nulls: 'tpcds' | 'none'
  readonly businessDate: string | undefined
  readonly target: 'auto' | 'embedded' | 'container' | 'configured' | 'none'
  readonly createTables: boolean
  readonly dataDir: string | undefined
  /** A file, `-` for standard output. */
  readonly events: string | undefined
  readonly format: EventFormat
  readonly eventDuplicates: number
  readonly eventShuffle: number
  readonly eventLate: number
  /** A file for the change script. */
  readonly record: string | undefined
  /** A file or a token. */
  readonly resume: string | undefined
  readonly logFile: string
  /** Bytes. */
  readonly logMaxSize: number | undefined
  /** Commits. */
  readonly vacuumEvery: number | undefined
  readonly metricsPort: number | undefined
  readonly metricsHost: string
  /** A file that ends in .html. */
  readonly report: string | undefined
  readonly verify: boolean
  readonly json: boolean
}

/** How one setting is typed, as an option and as an environment variable. */
export interface Setting<T> {
  /** As commander takes it; without a `<value>` it is a switch. */
  readonly flags: string
  readonly env: string
  readonly help: string
  readonly choices?: readonly string[]
  /** What the help shows as the default, where that is not the value itself. */
  readonly shown?: string
  readonly fallback: T
  readonly read: ReadValue<T>
  /** Where the variable is written differently from the option. */
  readonly readEnv?: ReadValue<T>
}

const tables = ['sales', 'returns', 'both'] as const
const nulls = ['tpcds', 'none'] as const
const targets = ['auto', 'embedded', 'container', 'configured', 'none'] as const
const milliseconds = (seconds: number): number => Math.round(seconds * 1000)

/** All settings, in the order in which the help lists them. */
export const settingTable: { readonly [K in keyof Settings]: Setting<Settings[K]> } = {
  totalBatches: {
    flags: '--total-batches <count>',
    env: 'CDC_BATCHES',
    help: 'how many batches to commit',
    fallback: 50,
    read: readNumber('50'),
  },
  batchSize: {
    flags: '--batch-size <changes>',
    env: 'CDC_BATCH_SIZE',
    help: 'changes per table in a batch',
    fallback: 200,
    read: readNumber('200'),
  },
  batchInterval: {
    flags: '--batch-interval <seconds>',
    env: 'CDC_INTERVAL',
    help: 'time between the starts of two batches; 0 is as fast as the database takes them. CDC_INTERVAL is in milliseconds',
    shown: '2.0',
    fallback: 2000,
    read: (text, name) => milliseconds(readNumber('2.0')(text, name)),
    readEnv: readNumber('2000'),
  },
  rate: {
    flags: '--rate <changes>',
    env: 'CDC_RATE',
    help: 'changes a second over all tables, instead of --batch-interval',
    shown: 'none',
    fallback: undefined,
    read: readNumber('500'),
  },
  schedule: {
    flags: '--schedule <list>',
    env: 'CDC_SCHEDULE',
    help: 'rates one after the other, as seconds:changes, instead of --batch-interval: 10:500,2:5000,30:500-2000 is a step, a burst and a ramp; it begins again when it is through, or goes on with a last rate without seconds',
    shown: 'none',
    fallback: undefined,
    read: readSchedule,
  },
  tables: {
    flags: '--tables <which>',
    env: 'CDC_TABLES',
    help: 'the tables to change',
    choices: tables,
    fallback: 'both',
    read: readChoice(tables),
  },
  continuous: {
    flags: '--continuous',
    env: 'CDC_CONTINUOUS',
    help: 'go on until interrupted, instead of for --total-batches',
    fallback: false,
    read: readSwitch,
  },
  ratio: {
    flags: '--ratio <mix>',
    env: 'CDC_RATIO',
    help: 'weights INSERT/UPDATE/DELETE such as 70/20/10, or a number r from 0 to 0.5 for r/2 UPDATEs and r/2 DELETEs',
    shown: '1-2 UPDATEs and 1-2 DELETEs in every 800 changes',
    fallback: undefined,
    read: readRatio,
  },
  hazards: {
    flags: '--hazards <list>',
    env: 'CDC_HAZARDS',
    help: 'what makes life hard for readers of the changes, with shares from 0 to 1, such as hotKeys=0.5,sameKeyChains=0.1,reinsert=0.1,noopUpdates=0.1',
    shown: 'none',
    fallback: undefined,
    read: readHazards,
  },
  writers: {
    flags: '--writers <count>',
    env: 'CDC_WRITERS',
    help: 'transactions that are open at the same time, each on a session of its own, as far as they touch different rows',
    fallback: 1,
    read: readNumber('4'),
  },
  lateCommit: {
    flags: '--late-commit <share>',
    env: 'CDC_LATE_COMMIT',
    help: 'the share of batches, 0 to 1, of which new rows are committed one to four batches later',
    fallback: 0,
    read: readNumber('0.1'),
  },
  rollback: {
    flags: '--rollback <share>',
    env: 'CDC_ROLLBACK',
    help: 'the share of batches, 0 to 1, that are rolled back and written again with other keys',
    fallback: 0,
    read: readNumber('0.1'),
  },
  longTransaction: {
    flags: '--long-transaction <batches>',
    env: 'CDC_LONG_TRANSACTION',
    help: 'during how many batches a long transaction stays open, one after the other',
    fallback: 0,
    read: readNumber('50'),
  },
  seed: {
    flags: '--seed <number>',
    env: 'CDC_SEED',
    help: 'an integer from which all changes follow',
    shown: 'random, and reported',
    fallback: undefined,
    read: readNumber('42'),
  },
  scale: {
    flags: '--scale <factor>',
    env: 'CDC_SCALE',
    help: 'TPC-DS scale factor; sets the key ranges',
    fallback: 1,
    read: readNumber('10'),
  },
  nulls: {
    flags: '--nulls <how>',
    env: 'CDC_NULLS',
    help: 'NULLs as TPC-DS draws them, or none',
    choices: nulls,
    fallback: 'tpcds',
    read: readChoice(nulls),
  },
  businessDate: {
    flags: '--business-date <YYYY-MM-DD>',
    env: 'CDC_BUSINESS_DATE',
    help: 'the day of every sale',
    shown: 'drawn from 1998 to 2003',
    fallback: undefined,
    read: readText,
  },
  target: {
    flags: '--target <where>',
    env: 'CDC_TARGET',
    help: 'the database: embedded is started for the run, container is a Docker container of CDC_CONTAINER_IMAGE, configured is the one of CLOUDBERRY_HOST, auto is configured if CLOUDBERRY_HOST is set, else embedded; none writes change events only',
    choices: targets,
    fallback: 'auto',
    read: readChoice(targets),
  },
  createTables: {
    flags: '--create-tables',
    env: 'CDC_CREATE_TABLES',
    help: 'create tables that are missing; always done on an embedded database',
    fallback: false,
    read: readSwitch,
  },
  dataDir: {
    flags: '--data-dir <folder>',
    env: 'CDC_DATA_DIR',
    help: 'where the embedded database keeps its data, to find it there again',
    shown: 'a temporary folder, removed at the end',
    fallback: undefined,
    read: readText,
  },
  events: {
    flags: '--events <file>',
    env: 'CDC_EVENTS',
    help: 'write every change as an event to this file, which is written anew, a line each; - is standard output, with log lines on standard error',
    shown: 'no events',
    fallback: undefined,
    read: readText,
  },
  format: {
    flags: '--format <name>',
    env: 'CDC_EVENTS_FORMAT',
    help: 'the format of the events',
    choices: eventFormats,
    fallback: 'changes',
    read: readChoice(eventFormats),
  },
  eventDuplicates: {
    flags: '--event-duplicates <share>',
    env: 'CDC_EVENT_DUPLICATES',
    help: 'the share of events, 0 to 1, that come a second time, up to 10 events later',
    fallback: 0,
    read: readNumber('0.01'),
  },
  eventShuffle: {
    flags: '--event-shuffle <places>',
    env: 'CDC_EVENT_SHUFFLE',
    help: 'by how many places, at most, an event comes too early or too late',
    fallback: 0,
    read: readNumber('5'),
  },
  eventLate: {
    flags: '--event-late <share>',
    env: 'CDC_EVENT_LATE',
    help: 'the share of events, 0 to 1, that come 3 commits late',
    fallback: 0,
    read: readNumber('0.01'),
  },
  record: {
    flags: '--record <file>',
    env: 'CDC_RECORD',
    help: 'write the changes to this file, which must be a new one, for `cloudberry-cdc replay`',
    shown: 'no file',
    fallback: undefined,
    read: readText,
  },
  resume: {
    flags: '--resume <file-or-token>',
    env: 'CDC_RESUME',
    help: 'go on with a run whose process died, by its token or its file of --record, from the last commit that its tables show',
    shown: 'a new run',
    fallback: undefined,
    read: readText,
  },
  logFile: {
    flags: '--log-file <file>',
    env: 'CDC_LOG_FILE',
    help: 'the log file; lines are added at its end',
    fallback: 'mock-data.log',
    read: readText,
  },
  logMaxSize: {
    flags: '--log-max-size <size>',
    env: 'CDC_LOG_MAX_SIZE',
    help: 'begin a new log file when it has this size, such as 10M, and keep 5 old ones: mock-data.log.1 is the youngest',
    shown: 'no limit',
    fallback: undefined,
    read: readSize,
  },
  vacuumEvery: {
    flags: '--vacuum-every <commits>',
    env: 'CDC_VACUUM_EVERY',
    help: 'VACUUM the tables every so many commits, beside the load; for servers that do not by themselves',
    shown: 'never',
    fallback: undefined,
    read: readInteger(1, 2_147_483_647),
  },
  metricsPort: {
    flags: '--metrics-port <port>',
    env: 'CDC_METRICS_PORT',
    help: 'serve OpenMetrics text at /metrics on this port; 0 is any that is free',
    shown: 'no metrics',
    fallback: undefined,
    read: readInteger(0, 65_535),
  },
  metricsHost: {
    flags: '--metrics-host <address>',
    env: 'CDC_METRICS_HOST',
    help: 'the address to serve metrics on; there is no log-in',
    fallback: '127.0.0.1',
    read: readText,
  },
  report: {
    flags: '--report <file.html>',
    env: 'CDC_REPORT',
    help: 'write a report of the run as one HTML page, with charts, and its figures as JSON beside it',
    shown: 'no report',
    fallback: undefined,
    read: readText,
  },
  verify: {
    flags: '--no-verify',
    env: 'CDC_VERIFY',
    help: 'do not compare the tables with the ledger at the end; as a variable: CDC_VERIFY=0',
    fallback: true,
    read: readSwitch,
  },
  json: {
    flags: '--json',
    env: 'CDC_JSON',
    help: 'print one JSON object with the summary on standard output, and log lines on standard error',
    fallback: false,
    read: readSwitch,
  },
}
