import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Environment } from '../../database/connection/environment.js'
import { OptionsError } from '../../errors.js'
import { whereSet } from '../../options/check-options.js'
import { carriedNames, type OptionName, type StreamOptions } from '../../options/option-table.js'
import { decodeResumeToken, decodeToken, readToken } from '../../options/token/read-token.js'
import { plannedBatches } from '../../options/token/token.js'
import { readScript } from '../../options/read-script.js'
import type { Asked, TypedOptions } from '../command-line.js'
import { expectLasting, type Settings } from './settings.js'

/** Changes that are made again, or gone on with. */
export interface Replay {
  /** The file, or that it is a token. */
  readonly name: string
  readonly file?: string | undefined
  /** undefined for a run that goes on until it is stopped. */
  readonly batches: number | undefined
  readonly options: Pick<StreamOptions, 'script' | 'token' | 'resume' | 'record'>
}

/** What a run that is made again says itself. */
export const shaping: readonly OptionName[] = [...carriedNames, 'tables']

export async function openGiven(
  settings: Settings,
  { typed, replay }: Asked,
  environment: Environment,
  cwd: string,
): Promise<Replay | undefined> {
  const { resume } = settings
  if (resume === undefined) return replay === undefined ? undefined : openReplay(replay, typed, cwd)
  if (replay !== undefined) {
    throw new OptionsError('Expected either `replay` or --resume (CDC_RESUME), got both. Leave one of them out.')
  }
  expectLasting(settings, environment)
  return openResume(resume, typed, settings, cwd)
}

/** @param source A file that `--record` wrote, or the token of a run */
async function openReplay(source: string, typed: TypedOptions, cwd: string): Promise<Replay> {
  refuseShaping(typed, '`replay`', [...shaping, 'shards'])
  if (await isToken(source, cwd)) {
    const content = decodeToken(source)
    return ofToken({ token: source }, content.commits ?? plannedBatches(content))
  }
  const script = await readScript(resolve(cwd, source))
  return { name: source, file: source, batches: script.batches.length, options: { script } }
}

/** @param source A file that `--record` wrote, or the token of the run */
async function openResume(
  source: string,
  typed: TypedOptions,
  { record = source }: Pick<Settings, 'record'>,
  cwd: string,
): Promise<Replay> {
  refuseShaping(typed, '--resume')
  if (await isToken(source, cwd)) return ofToken({ resume: source }, plannedBatches(decodeResumeToken(source)))
  const script = await readScript(resolve(cwd, source))
  const file = { name: source, file: source }
  // Without a plan it holds all there is to do, and is no record of it.
  if (script.plan === undefined) return { ...file, batches: script.batches.length, options: { resume: script } }
  const batches = plannedBatches(readToken(script.plan))
  return { ...file, batches, options: { resume: script, record: resolve(cwd, record) } }
}

function ofToken(options: Replay['options'], batches: number | undefined): Replay {
  return { name: 'the run of a token', batches, options }
}

/** @throws OptionsError when an option was typed that shapes changes */
export function refuseShaping(
  typed: TypedOptions,
  name: string,
  refused: readonly OptionName[] = shaping.filter((option) => option !== 'shard'),
): void {
  const extra = refused.find((option) => typed[option] !== undefined)
  if (!extra) return
  const [flag] = whereSet(extra).split(' ', 1)
  throw new OptionsError(
    `Expected ${name} to take the changes from its file or token, got ${flag} as well. Leave it out.`,
  )
}

export async function isToken(source: string, cwd: string): Promise<boolean> {
  if (!/^[\w-]{40,}$/.test(source)) return false
  return stat(resolve(cwd, source)).then(
    () => false,
    () => true,
  )
}

export function replayedSettings(settings: Settings, { batches, options }: Replay): Settings {
  const { record = settings.record } = options
  const length = { batches, continuous: batches === undefined }
  return { ...settings, ...length, record }
}
