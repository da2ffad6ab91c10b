import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { OptionsError } from '../errors.js'
import { whereSet } from '../options/check-options.js'
import { carriedNames, type OptionName, type StreamOptions } from '../options/option-table.js'
import { readScript } from '../options/read-script.js'
import { decodeToken } from '../options/read-token.js'
import type { TypedOptions } from './program.js'
import { plannedBatches } from '../options/carried-options.js'
import type { Settings } from './settings.js'

/** Changes that are made again, or gone on with. */
export interface Replay {
  /** The file, or that it is a token. */
  readonly name: string
  /** Where it is a file. */
  readonly file?: string
  /** undefined for a run that goes on until it is stopped. */
  readonly batches: number | undefined
  readonly options: Pick<StreamOptions, 'script' | 'token' | 'resume' | 'record'>
}

/** What a run that is made again says itself. */
const shaping: readonly OptionName[] = [...carriedNames, 'tables']

/**
 * Finds the changes that are to be made again.
 *
 * @param source A file that `--record` wrote, or the token of a run
 * @throws OptionsError when it is neither, or when an option was typed that shapes changes
 */
export async function openReplay(source: string, typed: TypedOptions, cwd: string): Promise<Replay> {
  refuseShaping(typed, '`replay`', [...shaping, 'shards'])
  if (await isToken(source, cwd)) {
    const content = decodeToken(source)
    const batches = content.commits ?? plannedBatches(content)
    return { name: 'the run of a token', batches, options: { token: source } }
  }
  const script = await readScript(resolve(cwd, source))
  return { name: source, file: source, batches: script.batches.length, options: { script } }
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

/** Whether a text is a token; else it is the name of a file. */
export async function isToken(source: string, cwd: string): Promise<boolean> {
  if (!/^[\w-]{40,}$/.test(source)) return false
  return stat(resolve(cwd, source)).then(
    () => false,
    () => true,
  )
}

/** What the stream is told instead of the settings that shape changes. */
export function replayedOptions(options: StreamOptions, { options: replayed }: Replay): StreamOptions {
  const given: readonly string[] = shaping
  // The token of one shard is enough to resume any of them.
  const isKept = (name: string): boolean => name === 'shard' && replayed.resume !== undefined
  const others = Object.entries(options).filter(([name]) => isKept(name) || !given.includes(name))
  return { ...Object.fromEntries(others), ...replayed }
}

/** The settings as those of the run that is made again. */
export function replayedSettings(settings: Settings, { batches, options }: Replay): Settings {
  const { record = settings.record } = options
  const length = { batches, continuous: batches === undefined }
  return { ...settings, ...length, record }
}
