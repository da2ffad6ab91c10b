import type { Deed } from '../driver/scene.js'
import { type FaultKind, raisedMessage } from '../wire/faults/fault.js'
import { type ExplorationWords, listed, placeInWords, triedInWords } from './describe-exploration.js'
import type { FailedRun } from './exploration.js'
import { deedName } from './trial.js'

/** What was done, behind the words for where. */
const done: Readonly<Record<FaultKind, string>> = {
  'cut-before': 'the connection broke before it reached the server',
  'cut-after': 'it was done, and the connection broke before its answer',
  'commit-undone': 'it was not done, and the connection broke before its answer',
  'commit-done': 'it was done, and the connection broke before its answer',
  '40001': `the server answered 40001, ${raisedMessage('40001')}`,
  '40P01': `the server answered 40P01, ${raisedMessage('40P01')}`,
  '57014': `the server answered 57014, ${raisedMessage('57014')}`,
  '53300': `the server answered 53300, ${raisedMessage('53300')}`,
  restart: 'the server restarted: 57P01 on all sessions, and 57P03 for who came back too soon',
  late: 'it was done, and its answer came late',
  'half-open': 'nothing more was said, and the connection stayed open',
}

/** How runs are told in which the job's connection breaks. */
export const strikeWords: ExplorationWords = {
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
  return deed.done === 'strike' ? done[deed.fault.kind] : deed.done
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
