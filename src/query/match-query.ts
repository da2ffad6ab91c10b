import { OptionsError } from '../errors.js'
import type { Mismatch } from '../match/anomaly.js'
import type { CommitLimits, CommitRange } from '../match/commit-target.js'
import { type Floor, floorFrom, freshFloor } from '../match/floor.js'
import { readGivenRowsAsync } from '../match/given/given-rows.js'
import { expectCommits } from '../match/rows/compare-with-commits.js'
import { expectKnown } from '../tables/expect-known.js'
import { type Answer, RowCounts } from './answer.js'
import { explainQueryMismatch } from './explain-query.js'
import { type Answers, insideOf } from './live-query.js'
import type { QueryReading } from './query-reading.js'
import type { QueryState } from './query-state.js'

/** The compiler asks for all of them. */
const OPTION_NAMES = Object.keys({ since: true, until: true, fresh: true } satisfies Record<keyof CommitLimits, true>)

/** Each is a query of its own. */
const MOST_COMMITS = 1_000

/** How far back it is looked for what is too old. */
const MOST_OLD = 100

/** The answer to whether what was read is the result of a query after some commit. */
export interface QueryMatch {
  readonly range: CommitRange | undefined
  /** Where there is no range: the commits that it would be of, were it not too old. */
  readonly stale: CommitRange | undefined
  /** How many rows were read. */
  readonly rows: number
  /** The first of them as they were given. */
  readonly samples: readonly object[]
  /** Only where there is no range. */
  explain(): Mismatch
}

/**
 * Finds the commits after which a query has exactly the rows that were read, in any order.
 *
 * @returns undefined where there is no such commit
 * @throws OptionsError as for `matchCommit`, and for a query that can have no one result; StateError before the stream has begun
 */
export async function matchQuery(
  rows: unknown,
  query: QueryState,
  limits: CommitLimits = {},
): Promise<CommitRange | undefined> {
  return (await compareWithQuery(rows, query, floorOf(rows, query, limits))).range
}

/** Says what is wrong with rows for which `matchQuery` finds no commit. */
export async function explainQuery(
  rows: unknown,
  query: QueryState,
  limits: CommitLimits = {},
): Promise<Mismatch | undefined> {
  const match = await compareWithQuery(rows, query, floorOf(rows, query, limits))
  return match.range ? undefined : match.explain()
}

function floorOf(rows: unknown, query: QueryState, limits: CommitLimits): Floor {
  expectKnown(limits, OPTION_NAMES, '`matchQuery()` and `explainQuery()`')
  const { since, until, fresh = false } = limits
  return since === undefined && fresh
    ? freshFloor(rows, insideOf(query).source.reads, until)
    : floorFrom(since ?? 0, until)
}

/** @throws OptionsError for commits that were not made, and for more of them than can be tried */
export function compareWithQuery(given: unknown, query: QueryState, floor: Floor): Promise<QueryMatch> {
  const inside = insideOf(query)
  const { keys, name } = inside
  return inside.ask(async (answers) => {
    const { since } = floor
    const until = floor.until ?? answers.until
    expectCommits({ since, until }, answers.until)
    if (until - since >= MOST_COMMITS) {
      throw new OptionsError(
        `Expected what was read to be of one of ${MOST_COMMITS} commits at the most, because the query is answered for each, got ${until - since + 1}. Read inside \`cdcStream.read()\`, or give \`since\`.`,
      )
    }
    const { columns } = await answers.after(until)
    const names = columns.map((column) => column.name)
    const todo = 'Select what the rows have, under the same names.'
    const { rows, samples } = await readGivenRowsAsync({ view: { columns }, names, todo }, given)
    const counts = new RowCounts(rows)
    const tried = new Map<number, Answer>()
    const places = keyPlaces(keys, names)
    const reading = { name, keys: places, columns, rows, counts, answers: tried }
    const range = await findRange(answers, reading, tried, since, until)
    const stale = range || since === 0 ? undefined : await findStale(answers, reading, tried, since - 1)
    const explain = (): Mismatch => explainQueryMismatch(reading, { ...floor, since, until }, stale)
    return { range, stale, rows: rows.length, samples, explain }
  })
}

/** The first commits of a range after which the query has these rows; none in between has others. */
async function findRange(
  answers: Answers,
  reading: QueryReading,
  tried: Map<number, Answer>,
  since: number,
  until: number,
): Promise<CommitRange | undefined> {
  let first: number | undefined
  for (let commit = since; commit <= until; commit++) {
    const answer = await answers.after(commit)
    tried.set(commit, answer)
    const isEqual = answer.has(reading)
    if (first === undefined && isEqual) first = commit
    if (first !== undefined && !isEqual) return Object.freeze({ first, last: commit - 1 })
  }
  return first === undefined ? undefined : Object.freeze({ first, last: until })
}

async function findStale(
  answers: Answers,
  reading: QueryReading,
  tried: Map<number, Answer>,
  newest: number,
): Promise<CommitRange | undefined> {
  for (let commit = newest; commit >= Math.max(0, newest - MOST_OLD + 1); commit--) {
    const answer = await answers.after(commit)
    tried.set(commit, answer)
    if (answer.has(reading)) return Object.freeze({ first: commit, last: commit })
  }
  return undefined
}

/** @throws OptionsError for a key that the result does not have */
function keyPlaces(keys: readonly string[], names: readonly string[]): number[] {
  return keys.map((key) => {
    const place = names.indexOf(key)
    if (place >= 0) return place
    throw new OptionsError(`Expected \`key\` to name columns of the query (${names.join(', ')}), got \`${key}\`.`)
  })
}
