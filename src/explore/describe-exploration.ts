import { PlaceError } from '../errors.js'
import type { Place } from '../wire/place.js'
import { isConnection } from '../wire/faults/fault.js'
import type { Exploration, FailedRun } from './exploration.js'

/** What is said of runs in which one kind of thing is done. */
export interface ExplorationWords {
  /** What is expected of the job: `be right wherever …`. */
  readonly expected: string
  /** Where the first run that failed was disturbed, and by what. */
  readonly where: (run: FailedRun) => string
  /** The other ones. */
  readonly others: (runs: readonly FailedRun[]) => readonly string[]
  /** What was tried and what was not; nothing where it was all. */
  readonly scope: (exploration: Exploration) => readonly string[]
  /** What the command makes again. */
  readonly again: string
}

const LONGEST_STATEMENT = 120
const MOST_OTHERS = 20

/**
 * The error of a job that was not right at a place. Of the first such place all is said, of the others their statements.
 *
 * @param again The command that makes a run again
 */
export function placeError(
  exploration: Exploration,
  words: ExplorationWords,
  again: (run: FailedRun) => string | undefined,
): PlaceError | undefined {
  const [first, ...others] = exploration.failed
  if (!first) return undefined
  const { tried, failed } = exploration
  const command = again(first)
  const lines = [
    `Expected the job to ${words.expected}, got ${failed.length} wrong of ${tried} ${tried === 1 ? 'run' : 'runs'}.`,
    `${words.where(first)}:`,
    messageOf(first.error).replaceAll(/^/gm, '  '),
    ...(others.length > 0 ? words.others(others) : []),
    ...words.scope(exploration),
    ...(command === undefined ? [] : [`${words.again} again: ${command}`]),
  ]
  const places = first.trial.map(({ place: { number, statement, occurrence } }) => ({ number, statement, occurrence }))
  return new PlaceError(lines.join('\n'), {
    cause: first.error,
    places,
    where: words.where(first),
    replay: command,
  })
}

/** `statement 4, INSERT INTO … (the second time)`. */
export function placeInWords(place: Place): string {
  const { number, statement, occurrence } = place
  if (isConnection(place)) return `connection ${occurrence}`
  const text = statement.length > LONGEST_STATEMENT ? `${statement.slice(0, LONGEST_STATEMENT)}…` : statement
  return `statement ${number}, \`${text}\`${occurrence === 1 ? '' : ` (time ${occurrence})`}`
}

/** Lines below a heading, not too many. */
export function listed(heading: string, lines: readonly string[]): string[] {
  const left = lines.length - MOST_OTHERS
  const shown = [heading, ...lines.slice(0, MOST_OTHERS).map((line) => `  ${line}`)]
  return left > 0 ? [...shown, `  … and ${left} more`] : shown
}

/** How many of the runs were tried, if it was not all. */
export function triedInWords({ places, runs, tried }: Exploration): string[] {
  if (tried === runs) return []
  return [`${tried} of ${runs} runs at ${places.length} places were tried in the time that there was.`]
}

/** Without how to make only the changes again: the place comes with them. */
function messageOf({ message }: Error): string {
  return message
    .split('\n')
    .filter((line) => !line.startsWith('The same changes (not the same timing)'))
    .join('\n')
}
