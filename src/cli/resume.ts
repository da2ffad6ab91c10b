import { resolve } from 'node:path'
import { OptionsError } from '../errors.js'
import { readScript } from '../options/read-script.js'
import { decodeResumeToken, readToken } from '../options/read-token.js'
import { plannedBatches } from '../options/carried-options.js'
import type { Environment } from '../database/connection/environment.js'
import { info, type LogLine } from './log-line.js'
import type { TypedOptions } from './program.js'
import { isToken, refuseShaping, type Replay } from './replay.js'
import type { Settings } from './settings.js'

/**
 * Finds the run that is to go on.
 *
 * @param source A file that `--record` wrote, or the token of the run
 * @throws OptionsError when it is neither, or when an option was typed that shapes changes
 */
export async function openResume(
  source: string,
  typed: TypedOptions,
  { record = source }: Pick<Settings, 'record'>,
  cwd: string,
): Promise<Replay> {
  refuseShaping(typed, '--resume')
  if (await isToken(source, cwd)) {
    return {
      name: 'the run of a token',
      batches: plannedBatches(decodeResumeToken(source)),
      options: { resume: source },
    }
  }
  const script = await readScript(resolve(cwd, source))
  // Without a plan it holds all there is to do, and is no record of it.
  if (script.plan === undefined) {
    return { name: source, file: source, batches: script.batches.length, options: { resume: script } }
  }
  const batches = plannedBatches(readToken(script.plan))
  return { name: source, file: source, batches, options: { resume: script, record: resolve(cwd, record) } }
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

/** What to tell of a run before its first commit: how to go on with it, should its process die. */
export function resumableLine(
  token: string | undefined,
  settings: Settings,
  replay: Replay | undefined,
  environment: Environment,
): LogLine | undefined {
  if (!isLasting(settings, environment)) return undefined
  const source = token === undefined ? (replay?.file ?? settings.record) : (settings.record ?? replay?.file ?? token)
  if (source !== undefined) return info(`Resume with --resume ${source}`)
  return info('Resume: not possible, because rows stood in the tables before; with --record it is')
}

/** Whether the database is there when the process is not. */
export function isLasting(
  { target, dataDir }: Pick<Settings, 'target' | 'dataDir'>,
  environment: Environment,
): boolean {
  if (target === 'configured') return true
  if (target === 'auto' && environment['CLOUDBERRY_HOST'] !== undefined) return true
  return target !== 'container' && target !== 'none' && dataDir !== undefined
}
