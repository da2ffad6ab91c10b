import type { RateStep } from '../../options/pace.js'
import { readSchedule } from '../read-schedule.js'
import { readChoice, readNumber, readSwitch } from '../read-value.js'
import type { SettingGroup } from './setting.js'

const tables = ['sales', 'returns', 'both'] as const
const milliseconds = (seconds: number): number => Math.round(seconds * 1000)

/** How much is written, and how fast. */
export interface LoadSettings {
  readonly totalBatches: number
  readonly batchSize: number
  /** Milliseconds. */
  readonly batchInterval: number
  /** Changes a second. */
  readonly rate: number | undefined
  readonly schedule: readonly RateStep[] | undefined
  readonly tables: 'sales' | 'returns' | 'both'
  readonly continuous: boolean
}

export const loadSettings: SettingGroup<LoadSettings> = {
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
}
