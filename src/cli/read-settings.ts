import { Option } from 'commander'
import { OptionsError } from '../errors.js'
import type { Environment } from '../target/environment.js'
import { standardOutput } from './event-output.js'
import { onePace } from './pace-settings.js'
import type { TypedOptions } from './program.js'
import { refuseRemote } from './refuse-remote.js'
import { oneShard } from './shard-settings.js'
import { settingTable, type Setting, type Settings } from './settings.js'

interface Found<T> {
  readonly value: T
  readonly source: 'option' | 'environment' | 'default'
  /** The option, or the variable. */
  readonly name: string
}

/**
 * Puts the settings together: what was typed comes before the environment, that before the default.
 *
 * @param command `run`, or one that looks at all shards
 */
export function readSettings(
  typed: TypedOptions,
  environment: Environment,
  command: 'run' | 'plan' | 'verify' | 'inspect' = 'run',
): Settings {
  const found = <T>(setting: Setting<T>): Found<T> => findSetting(setting, typed, environment)
  const { continuous, totalBatches, ...others } = settingTable
  const endless = found(continuous)
  const batches = found(totalBatches)
  if (endless.value && endless.source === batches.source) {
    const names = endless.source === 'option' ? ['--continuous', '--total-batches'] : [continuous.env, totalBatches.env]
    throw new OptionsError(`Expected either ${names.join(' or ')}, got both. Leave one of them out.`)
  }
  const target = found(others.target).value
  const configured = target === 'configured' || (target === 'auto' && environment['CLOUDBERRY_HOST'] !== undefined)
  if (configured && typed['dataDir'] !== undefined) {
    throw new OptionsError(
      'Expected --data-dir with an embedded database, got the configured one. Leave it out, or set --target embedded.',
    )
  }
  if (configured) refuseRemote(environment)
  const events = found(others.events).value
  const json = found(others.json).value
  if (command === 'run') expectEvents(events, target, typed, found(others.record).value)
  if (target === 'none' && typed['dataDir'] !== undefined) {
    throw new OptionsError('Expected --data-dir with an embedded database, got --target none. Leave it out.')
  }
  if (target === 'none' && found(others.vacuumEvery).value !== undefined) {
    throw new OptionsError('Expected --vacuum-every with a database, got --target none. Leave it out.')
  }
  if (typed['metricsHost'] !== undefined && found(others.metricsPort).value === undefined) {
    throw new OptionsError(
      'Expected --metrics-port with --metrics-host, got none. Set --metrics-port or CDC_METRICS_PORT.',
    )
  }
  if (events === standardOutput && json) {
    throw new OptionsError(
      'Expected either --events - or --json (CDC_JSON), got both, which print to standard output. Give --events a file.',
    )
  }
  return {
    totalBatches: batches.value,
    continuous: endless.value && batches.source !== 'option',
    batchSize: found(others.batchSize).value,
    ...onePace({
      batchInterval: found(others.batchInterval),
      rate: found(others.rate),
      schedule: found(others.schedule),
    }),
    tables: found(others.tables).value,
    ratio: found(others.ratio).value,
    hazards: found(others.hazards).value,
    writers: found(others.writers).value,
    lateCommit: found(others.lateCommit).value,
    rollback: found(others.rollback).value,
    longTransaction: found(others.longTransaction).value,
    seed: found(others.seed).value,
    ...oneShard({ shard: found(others.shard), shards: found(others.shards) }, environment, command),
    base: found(others.base).value,
    scale: found(others.scale).value,
    nulls: found(others.nulls).value,
    businessDate: found(others.businessDate).value,
    target,
    createTables: found(others.createTables).value,
    dataDir: found(others.dataDir).value,
    events,
    format: found(others.format).value,
    eventDuplicates: found(others.eventDuplicates).value,
    eventShuffle: found(others.eventShuffle).value,
    eventLate: found(others.eventLate).value,
    record: found(others.record).value,
    resume: found(others.resume).value,
    logFile: found(others.logFile).value,
    logMaxSize: found(others.logMaxSize).value,
    vacuumEvery: found(others.vacuumEvery).value,
    metricsPort: found(others.metricsPort).value,
    metricsHost: found(others.metricsHost).value,
    report: found(others.report).value,
    verify: found(others.verify).value,
    json,
  }
}

/** What only means something together with --events. */
const ofEvents = ['format', 'eventDuplicates', 'eventShuffle', 'eventLate'] as const

function expectEvents(
  events: string | undefined,
  target: Settings['target'],
  typed: TypedOptions,
  record: string | undefined,
): void {
  if (events !== undefined) return
  if (target === 'none' && record === undefined) {
    throw new OptionsError(
      'Expected --events or --record with --target none, which writes nothing else, got no events. Set --events or CDC_EVENTS.',
    )
  }
  const alone = ofEvents.find((name) => typed[name] !== undefined)
  if (alone) {
    const name = new Option(settingTable[alone].flags).long
    throw new OptionsError(`Expected --events with ${name}, got no events. Set --events or CDC_EVENTS.`)
  }
}

function findSetting<T>(setting: Setting<T>, typed: TypedOptions, environment: Environment): Found<T> {
  const option = new Option(setting.flags)
  const text = typed[option.attributeName()]
  const long = option.long ?? setting.flags
  if (text !== undefined) return { value: setting.read(String(text), long), source: 'option', name: long }
  const variable = environment[setting.env]
  const { env: name } = setting
  if (variable === undefined) return { value: setting.fallback, source: 'default', name }
  return { value: (setting.readEnv ?? setting.read)(variable, name), source: 'environment', name }
}
