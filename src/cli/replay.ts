import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Option } from 'commander'
import { OptionsError } from '../errors.js'
import type { CdcOptions } from '../options/cdc-options.js'
import { shapingOptions } from '../options/replay-options.js'
import { readScript } from '../stream/read-script.js'
import { decodeToken } from '../options/read-token.js'
import type { TypedOptions } from './program.js'
import { settingTable, type Settings } from './settings.js'

/** Changes that are made again, or gone on with. */
export interface Replay {
  /** The file, or that it is a token. */
  readonly name: string
  /** Where it is a file. */
  readonly file?: string
  /** undefined for a run that goes on until it is stopped. */
  readonly batches: number | undefined
  readonly options: Pick<CdcOptions, 'script' | 'token' | 'resume' | 'record'>
}

/** The settings that a replay takes from the run that it replays. */
const given: readonly (keyof Settings)[] = [
  'totalBatches',
  'batchSize',
  'tables',
  'continuous',
  'ratio',
  'hazards',
  'writers',
  'lateCommit',
  'rollback',
  'longTransaction',
  'seed',
  'base',
  'scale',
  'nulls',
  'businessDate',
]

/**
 * Finds the changes that are to be made again.
 *
 * @param source A file that `--record` wrote, or the token of a run
 * @throws OptionsError when it is neither, or when an option was typed that shapes changes
 */
export async function openReplay(source: string, typed: TypedOptions, cwd: string): Promise<Replay> {
  refuseShaping(typed, '`replay`', [...given, 'shard', 'shards'])
  if (await isToken(source, cwd)) {
    return { name: 'the run of a token', batches: decodeToken(source).commits, options: { token: source } }
  }
  const script = await readScript(resolve(cwd, source))
  return { name: source, file: source, batches: script.batches.length, options: { script } }
}

/** @throws OptionsError when an option was typed that shapes changes */
export function refuseShaping(typed: TypedOptions, name: string, refused: readonly (keyof Settings)[] = given): void {
  const extra = refused.find((setting) => typed[setting] !== undefined)
  if (!extra) return
  const { long } = new Option(settingTable[extra].flags)
  throw new OptionsError(
    `Expected ${name} to take the changes from its file or token, got ${long} as well. Leave it out.`,
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
export function replayedOptions(options: CdcOptions, { options: replayed }: Replay): CdcOptions {
  const shaping: readonly string[] = [...shapingOptions, 'tables']
  // The token of one shard is enough to resume any of them.
  const isKept = (name: string): boolean => name === 'shard' && replayed.resume !== undefined
  const others = Object.entries(options).filter(([name]) => isKept(name) || !shaping.includes(name))
  return { ...Object.fromEntries(others), ...replayed }
}

/** The settings as those of the run that is made again. */
export function replayedSettings(settings: Settings, { batches, options }: Replay): Settings {
  const { record = settings.record } = options
  const length = batches === undefined ? { continuous: true } : { totalBatches: batches, continuous: false }
  return { ...settings, ...length, record }
}
