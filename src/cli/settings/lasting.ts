import type { Environment } from '../../database/connection/environment.js'
import { OptionsError } from '../../errors.js'
import type { Settings } from './settings.js'

/** Whether the database is there when the process is not. */
export function isLasting(
  { target, dataDir }: Pick<Settings, 'target' | 'dataDir'>,
  environment: Environment,
): boolean {
  if (target === 'configured') return true
  if (target === 'auto' && environment['CLOUDBERRY_HOST'] !== undefined) return true
  return target !== 'container' && target !== 'none' && dataDir !== undefined
}

/**
 * Refuses to look for a run in a database that went with its process.
 *
 * @throws OptionsError
 */
export function expectLasting({ resume, ...settings }: Settings, environment: Environment): void {
  if (resume === undefined || settings.target === 'none' || isLasting(settings, environment)) return
  throw new OptionsError(
    'Expected --resume with the database of the run, got one that is started anew. Set --data-dir, or --target configured.',
  )
}

/**
 * Refuses to share a database that nobody else reaches.
 *
 * @throws OptionsError
 */
export function expectShared(settings: Settings, what: string, environment: Environment): void {
  if (isLasting(settings, environment)) return
  throw new OptionsError(
    `Expected ${what} with a database that all shards reach, got one that is started for this run. Set CLOUDBERRY_HOST or --target configured.`,
  )
}
