import type { ConnectionOptions } from '../../database/connection/connection.js'
import { option } from '../option.js'
import { readChoice, DAY_MS, milliseconds, onOrOff, text, unchecked } from '../values.js'

const targets = ['auto', 'embedded', 'container', 'configured', 'none'] as const

/** Longer than the server lets a statement take (`statement_timeout`, src/writer/session.ts). */
const ANSWER_WITHIN_MS = 1_860_000

/** Where it is written to. */
export const targetOptions = {
  /**
   * The database to write to; `none` writes to none: the batches are planned at their pace, and `ledger` and `commits()`
   * have them. @default 'auto': the configured one if CLOUDBERRY_HOST or CDC_URL is set, else an embedded one
   */
  target: option({
    // Checked where it is opened: a wrong one can hold a password.
    value: { ...unchecked<(typeof targets)[number] | ConnectionOptions>(readChoice(targets)), choices: targets },
    has: ['engine', 'tests', 'command', 'shard'],
    fallback: 'auto',
    command: {
      flags: '--target <where>',
      variable: 'CDC_TARGET',
      help: 'the database: embedded is started for the run, container is a Docker container of CDC_CONTAINER_IMAGE, configured is the one of CLOUDBERRY_HOST or CDC_URL, auto is configured if one of them is set, else embedded; none writes change events only',
    },
  }),
  /** Create tables that are missing. Always done on an embedded database. @default false */
  createTables: option({
    value: onOrOff,
    has: ['engine', 'command'],
    fallback: false,
    command: {
      flags: '--create-tables',
      variable: 'CDC_CREATE_TABLES',
      help: 'create tables that are missing; always done on an embedded database',
    },
  }),
  /** Where the embedded database keeps its data; kept afterwards. @default a temporary folder, removed at the end */
  dataDir: option({
    value: text('the name of a folder'),
    has: ['engine', 'tests', 'command', 'shard'],
    command: {
      flags: '--data-dir <folder>',
      variable: 'CDC_DATA_DIR',
      help: 'where the embedded database keeps its data, to find it there again',
      shown: 'a temporary folder, removed at the end',
    },
  }),
  /** Milliseconds for which a lost connection, a deadlock or a restarting server is retried. @default 60000 */
  retryFor: option({
    value: milliseconds(0, DAY_MS),
    has: ['engine', 'tests'],
    fallback: 60_000,
    inTests: 10_000,
  }),
  /**
   * Milliseconds after which a connection that was asked something and hears nothing is given up for lost, and what it was
   * asked is tried again: its other end may be gone without a word. @default 1860000
   */
  answerWithin: option({
    value: milliseconds(100, DAY_MS),
    has: ['engine', 'tests'],
    fallback: ANSWER_WITHIN_MS,
  }),
}
