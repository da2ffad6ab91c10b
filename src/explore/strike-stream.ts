import { OptionsError, StateError } from '../errors.js'
import { defaultFaults, type FaultKind, faultKinds } from '../wire/faults/fault.js'
import type { JobStrikes } from './exploration.js'
import { expectIdle, type ExploredStream } from './same-start.js'
import { strikeWords } from './strike-words.js'
import { findWarmUp } from './telling-commit.js'
import { strikeTrials } from './trial.js'
import { type Explored, tryTrials } from './try-trials.js'

/**
 * Breaks a job's connection at each place of what it says, on a stream that has not begun. Afterwards everything is as before it.
 *
 * @throws PlaceError that names the first place and fault at which the body fails
 * @throws what the body throws when nothing breaks; StateError, OptionsError
 */
export async function strikeStream(
  parts: ExploredStream,
  body: () => Promise<void>,
  { faults: wanted = defaultFaults, lateBy = 1_000, restartFor = 100, ...rest }: JobStrikes,
): Promise<Explored> {
  const { stream } = parts
  const faults = wanted === 'all' ? faultKinds : wanted
  expectFaults(faults)
  expectMilliseconds('lateBy', lateBy)
  expectMilliseconds('restartFor', restartFor)
  expectIdle(stream, 'strike')
  const warmUp = findWarmUp(await stream.plan(), stream.batches, false)
  const longer = (faults.includes('late') ? lateBy : 0) + (faults.includes('restart') ? restartFor : 0)
  const struck = await tryTrials(parts, body, {
    ...rest,
    trials: (reference) => strikeTrials(reference, faults, { lateBy, restartFor }),
    commits: warmUp?.commits ?? 1,
    breaks: { longer },
    words: strikeWords,
    right: ({ tried, places }) => `Right in ${tried} runs, with a fault at each of ${places.length} statements.`,
  })
  if (struck.missed.length < struck.tried) return struck
  throw new StateError(
    struck.tried === 0
      ? `Expected faults that mean something at a place of the job, got none: \`faults\` is [${faults.join(', ')}].`
      : 'Expected the job to say again what it said undisturbed, got another conversation each time: nothing broke.',
  )
}

function expectFaults(faults: readonly FaultKind[]): void {
  const known: readonly string[] = faultKinds
  const unknown = faults.find((kind) => !known.includes(kind))
  if (faults.length > 0 && unknown === undefined) return
  throw new OptionsError(
    `Expected \`faults\` to be some of \`${known.join('`, `')}\`, got ${unknown === undefined ? 'none' : `\`${String(unknown)}\``}.`,
  )
}

function expectMilliseconds(name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return
  throw new OptionsError(`Expected \`${name}\` to be milliseconds ≥ 0, got \`${value}\`.`)
}
