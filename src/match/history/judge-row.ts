import type { RowSpan } from '../../ledger/row-spans.js'
import type { Cell } from '../../tables/column.js'
import type { AnomalyName } from '../anomaly.js'
import { sameCells } from '../rows/reading.js'
import { alignVersions } from './align-versions.js'
import type { GivenVersion } from './given-history.js'
import type { CompleteHistoryOptions } from './history-options.js'
import { compareStamps, type Stamp } from './stamp.js'

/** What is wrong with the history of one row. */
export interface HistoryFault {
  readonly name: HistoryFaultName
  /** The commit whose change is told wrongly, if there is one. */
  readonly commit: number | undefined
  /** What comes after the name of the row. */
  readonly text: string
}

export type HistoryFaultName = Extract<
  AnomalyName,
  'overlap' | 'gap' | 'wrong version' | 'reopened' | 'lost version' | 'phantom version' | 'stale current'
>

/** What was of a row, from its first INSERT on, later commits among it. */
export interface Life {
  readonly spans: readonly RowSpan[]
  /** What the table's clock showed for a span; undefined without a clock. */
  readonly clockOf: (span: RowSpan) => Stamp | undefined
  /** In what a version that is given differs from one that was, in words. */
  readonly differenceOf: (been: readonly Cell[], given: readonly Cell[]) => string
}

/** A version that the history may tell; the flagged one says that the row is deleted. */
interface Told extends RowSpan {
  readonly isFlagged: boolean
  /** Whether nobody saw it but who reads the log: what its own commit replaced, and the DELETE of a row that it inserted. */
  readonly isPassing: boolean
}

/** A pair whose bounds are right, too, is worth more than one of which only the values are. */
const [PAIR, EXACT] = [1000, 1001]

/** What is wrong with the versions of one row, as a history that was read after some commit. */
export function judgeRow(
  versions: readonly GivenVersion[],
  life: Life,
  commit: number,
  options: CompleteHistoryOptions,
): HistoryFault[] {
  const told = toldOf(life.spans, commit, options)
  const isPair = (one: GivenVersion, other: Told): boolean =>
    one.isFlagged === other.isFlagged && (other.isFlagged || sameCells(one.cells, other.cells))
  const given = inOrder(versions, (one) => told.findIndex((other) => isPair(one, other)))
  const boundFault = (one: GivenVersion, span: Told): string | undefined => wrongBounds(one, span, life, options)
  const partners = alignVersions(given, told, (one, other) =>
    isPair(one, other) ? (boundFault(one, other) === undefined ? EXACT : PAIR) : 0,
  )
  const pairs = given.map((one, index) => ({ one, partner: partners[index], span: toldAt(told, partners[index]) }))
  const replaced = new Set<number>()
  const faults: HistoryFault[] = []
  const add = (name: HistoryFaultName, text: string, by?: number): void => void faults.push({ name, commit: by, text })

  for (const [index, { one, span }] of pairs.entries()) {
    if (compareStamps(one.from, one.to) > 0) add('wrong version', `ends before it begins (${one.shown})`, span?.from)
    if (!span) addUnpaired(one, index)
    else {
      const wrong = boundFault(one, span)
      if (wrong !== undefined) add('wrong version', wrong, span.from)
    }
    if (one.isCurrent !== undefined && one.isCurrent !== (one.to === 'open')) {
      const [name, what] = one.isCurrent
        ? (['reopened', 'an end and is said to be the current one'] as const)
        : (['stale current', 'no end and is not said to be the current one'] as const)
      add(name, `has a version ${one.shown} with ${what}`, span?.from)
    }
  }
  addNeighbours()
  addEnd()
  return faults

  /** Who polls may not see that a row was something else in between. */
  function isSameState(one: Told, other: Told): boolean {
    if (one === other) return true
    return !options.every && one.isFlagged === other.isFlagged && (one.isFlagged || sameCells(one.cells, other.cells))
  }

  function addUnpaired(one: GivenVersion, index: number): void {
    const shown = life.spans.findLast(({ cells }) => sameCells(cells, one.cells))
    const isTaken = pairs.some(({ span }) => span !== undefined && span.from === shown?.from)
    if (one.isFlagged) add('phantom version', `is said to be deleted ${one.shown}, and was not`)
    else if (life.spans.length === 0) add('phantom version', 'was never in the table')
    else if (shown === undefined) addWrong(one, index)
    else if (shown.from > commit)
      add('phantom version', `shows commit ${shown.from}, after commit ${commit}`, shown.from)
    else if (one.to === 'open')
      add('reopened', `has the version of commit ${shown.from} again, ${one.shown}`, shown.from)
    else if (isTaken)
      add('phantom version', `has the version of commit ${shown.from} once more, ${one.shown}`, shown.from)
    else if (shown.from === shown.to)
      add('wrong version', `has a version that commit ${shown.from} itself replaced, ${one.shown}`, shown.from)
    else add('phantom version', `has the version of commit ${shown.from} where it was not, ${one.shown}`, shown.from)
  }

  /** A version with values of nobody stands for the one that is missing at its place, if there is one. */
  function addWrong(one: GivenVersion, index: number): void {
    const after = pairs.slice(0, index).findLast(({ partner }) => partner !== undefined)?.partner ?? -1
    const before = pairs.slice(index).find(({ partner }) => partner !== undefined)?.partner ?? told.length
    const place = told.findIndex(
      (other, at) => at > after && at < before && !other.isPassing && !other.isFlagged && !replaced.has(at),
    )
    const span = toldAt(told, place)
    if (!span?.cells) return add('wrong version', `has values ${one.shown} that no commit wrote`)
    replaced.add(place)
    const difference = life.differenceOf(span.cells, one.cells)
    add('wrong version', `${one.shown}: ${difference}; commit ${span.from} wrote it`, span.from)
  }

  function addNeighbours(): void {
    for (const [index, { one, partner, span }] of pairs.slice(1).entries()) {
      const before = pairs[index]!
      const order = compareStamps(before.one.to, one.from)
      if (order > 0) {
        const isTwice = isSameVersion(before.one, one)
        if (!isTwice) add('overlap', `has two versions at once: ${before.one.shown}, and ${one.shown}`, span?.from)
      } else if (order < 0 && partner !== undefined && before.partner !== undefined) {
        const wasAway = told
          .slice(before.partner, partner)
          .some(({ to }, at) => to !== told[before.partner! + at + 1]?.from)
        if (!wasAway) add('gap', `has no version between ${before.one.shown} and ${one.shown}`, span?.from)
      }
    }
  }

  function addEnd(): void {
    const open = pairs.findLast(({ one }) => one.to === 'open')
    const end = told.at(-1)
    const last = open?.span === end ? end : told.findLast(({ isPassing }) => !isPassing)
    const lastPair = pairs.findLast(({ span }) => span !== undefined)
    const isLive = last !== undefined && (last.to === undefined || last.to > commit)
    // Which version was kept of a row that is gone by now depends on when it was looked at.
    const isGone = life.spans.findLast(({ from }) => from <= commit)?.cells === undefined
    const isAnyKept = options.deleted === 'keep' && !options.every && isGone
    const holds = open?.span !== undefined && isLive && isSameState(open.span, last)
    const isStale = !isAnyKept && open?.span !== undefined && !holds
    if (isStale) {
      const { from, to } = open.span!
      const isChanged = told.some((other) => other.from === to && !other.isFlagged)
      const what = isChanged ? 'changed' : 'deleted'
      add('stale current', `still has the version of commit ${from}, commit ${to} ${what} it`, to)
    } else if (isLive && !open && lastPair?.span === last) {
      add('gap', `has no current version: that of commit ${last.from} has an end, ${lastPair!.one.shown}`, last.from)
    }
    for (const [index, span] of told.entries()) {
      if (partners.includes(index) || replaced.has(index) || (span === last && (isStale || holds))) continue
      // Who polls does not see a row that comes and goes between two looks.
      const isSeen = options.every || !span.isFlagged || partners.some((other) => other !== undefined && other < index)
      const isCurrent = span === last && isLive && isSeen && !isAnyKept
      if (span.isPassing || (!isCurrent && !options.every)) continue
      if (isCurrent && open && !open.span) continue // Its values are told to be wrong.
      const until = span.to === undefined || span.to > commit ? '' : `, which held until commit ${span.to}`
      add(
        'lost version',
        `lacks the ${span.isFlagged ? 'DELETE' : 'version'} of commit ${span.from}${until}`,
        span.from,
      )
    }
  }
}

/** What the history has to tell, or may. Who polls sees no version that its own commit replaced. */
function toldOf(spans: readonly RowSpan[], commit: number, { deleted, every }: CompleteHistoryOptions): Told[] {
  return spans.flatMap((span, index): Told[] => {
    if (span.from > commit || (span.from === span.to && !every)) return []
    if (span.cells === undefined) {
      const wasThere = spans.findLast(({ from }) => from < span.from)?.cells !== undefined
      const isPassing = span.from === span.to || !wasThere
      return deleted === 'flag' ? [{ ...span, isFlagged: true, isPassing }] : []
    }
    // A row that is kept holds until it comes back.
    const next = spans.slice(index + 1).find(({ cells, from, to }) => cells !== undefined && from !== to)
    const to = deleted === 'keep' ? next?.from : span.to
    return [{ ...span, to, isFlagged: false, isPassing: span.from === span.to }]
  })
}

/** By their bounds; of several that begin and end at the same time the one that was there first. */
function inOrder(versions: readonly GivenVersion[], placeOf: (one: GivenVersion) => number): GivenVersion[] {
  return versions.toSorted(
    (a, b) => compareStamps(a.from, b.from) || compareStamps(a.to, b.to) || placeOf(a) - placeOf(b),
  )
}

function wrongBounds(
  { from, to, shown }: GivenVersion,
  span: Told,
  { clockOf }: Life,
  { bounds, every }: CompleteHistoryOptions,
): string | undefined {
  if (bounds === 'stamp' || from === 'open') return undefined
  if (bounds === 'clock') {
    const clock = clockOf(span)
    return clock === undefined || clock === from
      ? undefined
      : `holds ${shown}, and commit ${span.from} has another time`
  }
  const end = span.to === undefined ? undefined : BigInt(span.to)
  const isFrom = every ? from === BigInt(span.from) : from >= BigInt(span.from) && (end === undefined || from < end)
  const isTo = !every || to === 'open' || end === undefined || to === end
  if (isFrom && isTo) return undefined
  return `holds ${shown}, and was there from commit ${span.from}${span.to === undefined ? '' : ` to ${span.to}`}`
}

const isSameVersion = (one: GivenVersion, other: GivenVersion): boolean =>
  compareStamps(one.from, other.from) === 0 &&
  compareStamps(one.to, other.to) === 0 &&
  sameCells(one.cells, other.cells)

const toldAt = (told: readonly Told[], index: number | undefined): Told | undefined =>
  index === undefined ? undefined : told[index]
