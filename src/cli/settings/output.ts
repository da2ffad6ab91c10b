import { readSize } from '../read-size.js'
import { readInteger, readSwitch, readText } from '../read-value.js'
import type { SettingGroup } from './setting.js'

/** What is told of a run, and what runs beside it. */
export interface OutputSettings {
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

export const outputSettings: SettingGroup<OutputSettings> = {
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
