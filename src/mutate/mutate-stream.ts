import type { SurvivorError } from '../errors.js'
import { expectIdle, type ExploredStream } from '../explore/explored-stream.js'
import { prepareReset } from '../explore/reset-run.js'
import { findWarmUp } from '../explore/warm-up.js'
import { checkAllowances } from './allowances.js'
import { readContents } from './contents.js'
import { mutationInWords, resultOf, survivorError } from './describe-mutation.js'
import { mutate } from './mutate.js'
import type { Damageable } from './mutation-run.js'
import type { JobMutation, MutationResult } from './mutation.js'

/** What damaging needs beside the body. */
export type MutatedStream = Omit<ExploredStream, 'again' | 'only'>

/** What came out, with what there is to say about it. */
export interface Mutated {
  readonly result: MutationResult
  readonly lines: readonly string[]
  /** Where a damage survived that may not. */
  readonly error: SurvivorError | undefined
}

/**
 * Damages a job on a stream that has not begun. Afterwards everything is as before it.
 *
 * @throws what the body throws without a damage; StateError, OptionsError for what cannot be damaged
 */
export async function mutateStream(
  parts: MutatedStream,
  body: () => Promise<void>,
  { allow = [], reset, ...rest }: JobMutation,
): Promise<Mutated> {
  const { stream, stage, schema, admin, signal } = parts
  expectIdle(stream, 'mutate')
  checkAllowances(allow)
  const warmUp = findWarmUp(await stream.plan(), stream.batches, false)
  const commits = warmUp?.commits ?? stream.batches
  const restart = await prepareReset(parts, reset)
  const damageable: Damageable = {
    hasCommits: warmUp !== undefined,
    begin: async (aims, watching) => {
      await restart(commits)
      await stage.begin(stream.driver, aims, watching)
    },
    end: () => stage.end(),
    contents: async (restless, byColumn) => {
      // A lock that the job has left would keep its tables from being read.
      await stage.settle()
      return admin('read what the tables hold', (client) => readContents(client, schema, restless, byColumn))
    },
  }
  const trials = await mutate(damageable, body, { ...rest, signal }).catch(async (error: unknown) => {
    await restart(0).catch(() => {})
    throw error
  })
  await restart(0)
  const result = resultOf(trials, allow)
  return { result, lines: mutationInWords(result, trials), error: survivorError(result, trials) }
}
