import { Option } from 'commander'
import { OptionsError } from '../errors.js'
import type { Environment } from '../target/environment.js'
import type { TypedOptions } from './program.js'
import { settingTable, type Setting, type Settings } from './settings.js'

interface Found<T> {
  readonly value: T
  readonly source: 'option' | 'environment' | 'default'
}

/** Puts the settings together: what was typed comes before the environment, that before the default. */
export function readSettings(typed: TypedOptions, environment: Environment): Settings {
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
  return {
    totalBatches: batches.value,
    continuous: endless.value && batches.source !== 'option',
    batchSize: found(others.batchSize).value,
    batchInterval: found(others.batchInterval).value,
    tables: found(others.tables).value,
    ratio: found(others.ratio).value,
    seed: found(others.seed).value,
    scale: found(others.scale).value,
    nulls: found(others.nulls).value,
    businessDate: found(others.businessDate).value,
    target,
    createTables: found(others.createTables).value,
    dataDir: found(others.dataDir).value,
    logFile: found(others.logFile).value,
    verify: found(others.verify).value,
    json: found(others.json).value,
  }
}

function findSetting<T>(setting: Setting<T>, typed: TypedOptions, environment: Environment): Found<T> {
  const option = new Option(setting.flags)
  const text = typed[option.attributeName()]
  if (text !== undefined) return { value: setting.read(String(text), option.long ?? setting.flags), source: 'option' }
  const variable = environment[setting.env]
  if (variable === undefined) return { value: setting.fallback, source: 'default' }
  return { value: (setting.readEnv ?? setting.read)(variable, setting.env), source: 'environment' }
}
