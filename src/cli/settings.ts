import type { MixWeights } from '../stream/cdc-options.js'
import { readRatio } from './read-ratio.js'
import { readChoice, readNumber, readSwitch, readText, type ReadValue } from './read-value.js'

/** Everything the command line can be told, by the name that commander gives the option. */
export interface Settings {
  readonly totalBatches: number
  readonly batchSize: number
  /** Milliseconds. */
  readonly batchInterval: number
  readonly tables: 'sales' | 'returns' | 'both'
  readonly continuous: boolean
  readonly ratio: number | MixWeights | undefined
  readonly seed: number | undefined
  readonly scale: number
  readonly nulls: 'tpcds' | 'none'
  readonly businessDate: string | undefined
  readonly target: 'auto' | 'embedded' | 'container' | 'configured'
  readonly createTables: boolean
  readonly dataDir: string | undefined
  readonly logFile: string
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
const targets = ['auto', 'embedded', 'container', 'configured'] as const
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
    help: 'the database: embedded is started for the run, container is a Docker container of CDC_CONTAINER_IMAGE, configured is the one of CLOUDBERRY_HOST, auto is configured if CLOUDBERRY_HOST is set, else embedded',
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
  logFile: {
    flags: '--log-file <file>',
    env: 'CDC_LOG_FILE',
    help: 'the log file; lines are added at its end',
    fallback: 'mock-data.log',
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
