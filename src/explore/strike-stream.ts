import { OptionsError, StateError } from '../errors.js'
import type { Deed } from '../driver/scene.js'
import {
  defaultFaults,
  type FaultKind,
  faultKinds,
  isRaised,
  type RaisedCode,
  raisedMessages,
} from '../wire/faults/fault.js'
import { type ExplorationWords, listed, placeInWords, triedInWords } from './describe-exploration.js'
import type { FailedRun, JobStrikes } from './exploration.js'
import { expectIdle, type ExploredStream } from './explored-stream.js'
import { findWarmUp } from './warm-up.js'
import { deedName, strikeTrials } from './trial.js'
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

/** What was done, behind the words for where. */
const done: Readonly<Record<Exclude<FaultKind, RaisedCode>, string>> = {
  'cut-before': 'the connection broke before it reached the server',
  'cut-after': 'it was done, and the connection broke before its answer',
  'commit-undone': 'it was not done, and the connection broke before its answer',
  'commit-done': 'it was done, and the connection broke before its answer',
  restart: 'the server restarted: 57P01 on all sessions, and 57P03 for who came back too soon',
  late: 'it was done, and its answer came late',
  'half-open': 'nothing more was said, and the connection stayed open',
}

/** What is said of runs in which the job's connection breaks. */
const strikeWords: ExplorationWords = {
  expected: 'end right whatever breaks',
  where: (run) => {
    const { place, deed } = run.trial[0]!
    const at = placeInWords(place)
    return run.passages.length === 0
      ? `It did not come to ${at}, where \`${deedName(deed)}\` was to be done, and failed`
      : `At ${at} (${deedName(deed)}: ${deedInWords(deed)})`
  },
  others: (runs) => listed('Wrong as well at:', grouped(runs)),
  scope: (exploration) => [
    ...triedInWords(exploration),
    ...(exploration.missed.length > 0
      ? [
          `Right without a fault, as the job did not come there again: at ${[...new Set(exploration.missed.map(placeInWords))].join(', ')}.`,
        ]
      : []),
  ],
  again: 'The same fault at the same place',
}

function deedInWords(deed: Deed): string {
  if (deed.done !== 'strike') return deed.done
  const { kind } = deed.fault
  return isRaised(kind) ? `the server answered ${kind}, ${raisedMessages[kind]}` : done[kind]
}

/** By places. */
function grouped(runs: readonly FailedRun[]): string[] {
  const faults = new Map<string, string[]>()
  for (const { place, deed } of runs.flatMap(({ trial }) => trial)) {
    const at = placeInWords(place)
    faults.set(at, [...(faults.get(at) ?? []), deedName(deed)])
  }
  return [...faults].map(([at, names]) => `${at}: ${names.join(', ')}`)
}
