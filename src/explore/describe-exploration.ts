import { PlaceError } from '../errors.js'
import type { ChangeKind } from '../plan/batch.js'
import type { Place } from '../wire/place.js'
import type { Exploration, FailedRun } from './exploration.js'

/** What is known of the runs beside what came out. */
export interface ExplorationFacts {
  /** The commit that falls at a place. */
  readonly commit: number
  readonly commits: number
  /** The kinds of change that it lacks. */
  readonly lacks: readonly ChangeKind[]
  /** The command that makes a run again. */
  readonly again: (run: FailedRun) => string | undefined
}

const LONGEST_STATEMENT = 120
const MOST_OTHERS = 20

/** The error of a job that was not right at a place. The first such place is told whole, the others by their statements. */
export function placeError(exploration: Exploration, facts: ExplorationFacts): PlaceError | undefined {
  const [first, ...others] = exploration.failed
  if (!first) return undefined
  const { tried } = exploration
  const where = first.trial.map(({ place }) => placeInWords(place)).join(' and ')
  const command = facts.again(first)
  const lines = [
    `Expected the job to be right wherever ${commitsInWords(facts)} ${facts.commits === 1 ? 'falls' : 'fall'}, got ${exploration.failed.length} wrong of ${tried} ${tried === 1 ? 'run' : 'runs'}.`,
    `Before ${where}${blockedAt(first)}:`,
    indented(messageOf(first.error)),
    ...(others.length > 0 ? ['Wrong as well before:', ...othersInWords(others)] : []),
    ...scopeInWords(exploration, facts),
    ...(command === undefined ? [] : [`The same changes with the same timing again: ${command}`]),
  ]
  const places = first.trial.map(({ place: { number, statement, occurrence } }) => ({ number, statement, occurrence }))
  return new PlaceError(lines.join('\n'), {
    cause: first.error,
    places,
    where: `Before ${where}${blockedAt(first)}`,
    replay: command,
  })
}

/** What was tried and what was not, in lines; none where it was all. */
export function scopeInWords(
  { places, runs, tried, blocked }: Exploration,
  { lacks }: Pick<ExplorationFacts, 'lacks'>,
): string[] {
  return [
    ...(tried < runs
      ? [`${tried} of ${runs} runs at ${places.length} places were tried in the time that there was.`]
      : []),
    ...(lacks.length > 0
      ? [
          `The commit holds no ${lacks.map((kind) => kind.toUpperCase()).join(' and no ')}: set a larger \`batchSize\` or another \`ratio\`.`,
        ]
      : []),
    ...(blocked.length > 0
      ? [
          `Blocked, so that the commit came later, once the job had let its locks go: before ${blocked.map(placeInWords).join(', ')}.`,
        ]
      : []),
  ]
}

/** `statement 4, INSERT INTO … (the second time)`. */
function placeInWords({ number, statement, occurrence }: Place): string {
  const text = statement.length > LONGEST_STATEMENT ? `${statement.slice(0, LONGEST_STATEMENT)}…` : statement
  return `statement ${number}, \`${text}\`${occurrence === 1 ? '' : ` (time ${occurrence})`}`
}

function blockedAt({ passages }: FailedRun): string {
  return passages.some(({ outcome }) => outcome === 'blocked') ? ' (the commit waited for a lock of the job)' : ''
}

function commitsInWords({ commit, commits }: ExplorationFacts): string {
  return commits === 1 ? `commit ${commit}` : `the commits ${commit}–${commit + commits - 1}`
}

function othersInWords(others: readonly FailedRun[]): string[] {
  const told = others
    .slice(0, MOST_OTHERS)
    .map(({ trial }) => `  ${trial.map(({ place }) => placeInWords(place)).join(' and ')}`)
  const left = others.length - MOST_OTHERS
  return left > 0 ? [...told, `  … and ${left} more`] : told
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ')
}

/** Without how to make only the changes again: the place comes with them. */
function messageOf({ message }: Error): string {
  return message
    .split('\n')
    .filter((line) => !line.startsWith('The same changes (not the same timing)'))
    .join('\n')
}
