import type { CapturedChange } from '../../events/captured-change.js'
import type { AnomalyName } from '../anomaly.js'
import type { FeedComparison, Span } from './feed-change.js'

/** A row that was read while the changes went on, as incremental snapshots do. */
export interface RowRead {
  readonly captured: CapturedChange
  readonly number: number | undefined
  /** The commits between which it was read, by the changes before and after it. */
  readonly window: Span
}

/** What is wrong with a row that was read. */
export interface WrongRead {
  readonly name: AnomalyName
  readonly commit: number | undefined
  readonly what: string
}

/** A row is read right when it had these values at some commit of its window. */
export function judgeRead(
  { captured, number, window }: RowRead,
  comparison: FeedComparison,
  until: number,
): WrongRead | undefined {
  const spans = number === undefined ? [] : comparison.spansOf(captured, number, until)
  if (spans.some(({ first, last }) => first <= window.last && last >= window.first)) return undefined
  const between =
    window.first === window.last
      ? `at commit ${window.first}`
      : `between the commits ${window.first} and ${window.last}`
  const earlier = spans.findLast(({ last }) => last < window.first)
  const later = spans.find(({ first }) => first > window.last)
  if (earlier) {
    const { first: commit, last } = earlier
    return { name: 'stale read', commit, what: `is read ${between} as it was only up to commit ${last}` }
  }
  if (later) {
    const { first: commit } = later
    return { name: 'out of order', commit, what: `is read ${between} as it is only from commit ${commit} on` }
  }
  const known = number !== undefined && comparison.isKnown(number, until)
  return known
    ? { name: 'wrong value', commit: undefined, what: `is read ${between} with values that no commit wrote` }
    : { name: 'phantom', commit: undefined, what: `is read ${between}, and never was in the table` }
}
