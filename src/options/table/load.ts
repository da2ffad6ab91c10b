import * as z from 'zod/mini'
import type { TableDefinition } from '../../tables/table-definition.js'
import type { TableModule, TablesOption } from '../load-tables.js'
import { everywhere, option } from '../option.js'
import { LEAST_RATE, MOST_RATE, readSchedule, type RateStep, scheduleSteps, scheduleText } from '../pace.js'
import { readChoice, readNumber, DAY_MS, integer, milliseconds, number, onOrOff, value } from '../values.js'

const MOST_BATCHES = 2_147_483_647
const MOST_CHANGES = 1_000_000

const builtIn = ['sales', 'returns', 'both'] as const
const definition = z.custom<TableDefinition | TableModule>((table) => typeof table === 'object')

/** How much is written, and how fast. */
export const loadOptions = {
  /** How many commits are planned. @default 50 */
  batches: option({
    value: integer(1, MOST_BATCHES),
    has: everywhere,
    fallback: 50,
    carried: true,
    command: {
      flags: '--total-batches <count>',
      variable: 'CDC_BATCHES',
      help: 'how many batches to commit',
      line: { text: (count) => `batches=${count}`, always: true },
    },
  }),
  /** Changes per table in a batch. @default 200 */
  batchSize: option({
    value: integer(1, MOST_CHANGES),
    has: everywhere,
    fallback: 200,
    carried: true,
    command: {
      flags: '--batch-size <changes>',
      variable: 'CDC_BATCH_SIZE',
      help: 'changes per table in a batch',
      line: { text: (count) => `batch size=${count}`, always: true },
    },
  }),
  /** Milliseconds between the starts of two batches; 0 is as fast as the database takes them. @default 2000 */
  interval: option({
    value: milliseconds(0, DAY_MS),
    has: everywhere,
    fallback: 2000,
    inTests: 20,
    command: {
      flags: '--batch-interval <seconds>',
      variable: 'CDC_INTERVAL',
      help: 'time between the starts of two batches; 0 is as fast as the database takes them. CDC_INTERVAL is in milliseconds',
      shown: '2.0',
      read: (text, name) => Math.round(readNumber('2.0')(text, name) * 1000),
      readVariable: readNumber('2000'),
      line: { text: (wait = 0) => `interval=${wait / 1000} s`, always: true },
    },
  }),
  /** Changes a second, over all tables; instead of `interval`. A batch follows when its turn at this rate has come. */
  rate: option({
    value: number(LEAST_RATE, MOST_RATE, `a number of changes a second from ${LEAST_RATE} to ${MOST_RATE}`),
    has: everywhere,
    command: {
      flags: '--rate <changes>',
      variable: 'CDC_RATE',
      help: 'changes a second over all tables, instead of --batch-interval',
      shown: 'none',
      example: '500',
      line: { text: (rate) => `rate=${rate} changes/s` },
    },
  }),
  /**
   * Rates one after the other, instead of `interval`: `[{ seconds: 10, rate: 500 }, { seconds: 2, rate: 5000 }, { seconds:
   * 30, from: 500, to: 2000 }]` is a step, a burst and a ramp. It begins again when it is through; a last step without
   * `seconds` goes on instead. While the stream is paused, the schedule stands still.
   */
  schedule: option({
    value: value<readonly RateStep[]>(
      scheduleSteps,
      `a list of steps { seconds, rate } or { seconds, from, to } with rates of 0 or from ${LEAST_RATE} to ${MOST_RATE}`,
      readSchedule,
    ),
    has: everywhere,
    command: {
      flags: '--schedule <list>',
      variable: 'CDC_SCHEDULE',
      help: 'rates one after the other, as seconds:changes, instead of --batch-interval: 10:500,2:5000,30:500-2000 is a step, a burst and a ramp; it begins again when it is through, or goes on with a last rate without seconds',
      shown: 'none',
      line: { text: (schedule = []) => `schedule=${scheduleText(schedule)}` },
    },
  }),
  /**
   * Which tables change. A definition that is given as it is (inline) holds functions, which cannot cross threads: its
   * stream computes, writes and awaits its batches on the caller's thread. A test that blocks this thread then stops the
   * load, and the load takes its time from the test. By module, `{ module: new URL('./tables.js', import.meta.url), export:
   * 'orders' }`, the same changes are made on the worker thread. Node.js loads the module itself: JavaScript, or from 22.18
   * on also TypeScript whose types can be stripped. @default 'both'
   */
  tables: option({
    value: {
      ...value<TablesOption>(
        z.union([z.enum(builtIn), z.array(definition).check(z.minLength(1))]),
        'sales, returns, both, or a list of table definitions',
        readChoice(builtIn),
      ),
      choices: builtIn,
    },
    has: everywhere,
    fallback: 'both',
    command: {
      flags: '--tables <which>',
      variable: 'CDC_TABLES',
      help: 'the tables to change',
      line: { text: (tables) => `tables=${typeof tables === 'object' ? tables.length : tables}`, always: true },
    },
  }),
  /** Go on until stopped, instead of for `batches` commits. @default false */
  continuous: option({
    value: onOrOff,
    has: everywhere,
    fallback: false,
    carried: true,
    command: {
      flags: '--continuous',
      variable: 'CDC_CONTINUOUS',
      help: 'go on until interrupted, instead of for --total-batches',
      line: { text: () => 'batches=continuous' },
    },
  }),
}
