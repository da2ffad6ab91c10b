import { OptionsError, type SurvivorError } from '../errors.js'
import { expectIdle, type RunParts } from '../explore/explored-stream.js'
import { fromOneStart } from '../explore/reset-run.js'
import { findWarmUp } from '../explore/warm-up.js'
import { readContents } from './contents.js'
import { mutationInWords, resultOf, survivorError } from './describe-mutation.js'
import { mutate } from './mutate.js'
import type { Damageable } from './mutation-run.js'
import type { Allowance, JobMutation, MutationResult } from './mutation.js'

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
  parts: RunParts,
  body: () => Promise<void>,
  { allow = [], reset, ...rest }: JobMutation,
): Promise<Mutated> {
  const { stream, stage, schema, admin, signal } = parts
  expectIdle(stream, 'mutate')
  checkAllowances(allow)
  const warmUp = findWarmUp(await stream.plan(), stream.batches, false)
  const contents: Damageable['contents'] = async (restless, byColumn) => {
    // A lock that the job has left would keep its tables from being read.
    await stage.settle()
    return admin('read what the tables hold', (client) => readContents(client, schema, restless, byColumn))
  }
  const trials = await fromOneStart(parts, warmUp?.commits ?? stream.batches, reset, (runs) =>
    mutate({ ...runs, contents, hasCommits: warmUp !== undefined }, body, { ...rest, signal }),
  )
  const result = resultOf(trials, allow)
  return { result, lines: mutationInWords(result, trials), error: survivorError(result, trials) }
}

/** @throws OptionsError for one without a reason */
export function checkAllowances(allow: readonly Allowance[]): void {
  for (const { statement, reason } of allow) {
    if (typeof reason === 'string' && reason.trim() !== '') continue
    throw new OptionsError(
      `Expected each of \`allow\` to have a \`reason\`, got none for \`${String(statement)}\`. Say why the test is right all the same.`,
    )
  }
}
