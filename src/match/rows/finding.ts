import type { Cell } from '../../tables/column.js'
import type { AnomalyName, Anomaly } from '../anomaly.js'
import { type Reading, showCell } from './reading.js'
import type { RowDifference, RowKeys } from './row-keys.js'
import type { States } from './row-states.js'

/** What a differing row shows by itself, before it is looked at beside the others. */
export interface Finding extends RowDifference {
  readonly name: AnomalyName
  /** The commit whose change is missing, or that wrote what should be there. */
  readonly commit: number | undefined
  /** The commit that is visible before its time: one after the commit that was compared with. */
  readonly early: number | undefined
  readonly text: string
}

/** Finds out what happened to a row that differs from the table after a commit. */
export function explainDifference(difference: RowDifference, commit: number): Finding {
  const { reading, key, states, given, times } = difference
  const finding = (name: AnomalyName, text: string, by?: number, early?: number): Finding => ({
    ...difference,
    name,
    text: `${name}: ${reading.name} ${key} ${text}`,
    commit: by,
    early,
  })
  if (states === undefined || states.states.length === 0) return finding('phantom', 'was never in the table')
  const due = states.at(commit)
  const expected = states.cellsAt(due)
  const shown = states.showing(given, due)
  if (times > 1 && (expected === undefined || shown === due)) {
    return finding('duplicate', `is there ${times} times`, states.commitOf(due))
  }
  if (given === undefined) {
    const turn = states.turnAt(due)
    const later = states.states.slice(due + 1).find(({ cells }) => cells === undefined)
    if (turn?.kind === 'update') {
      return finding('lost update', `is missing, commit ${turn.commit} brought it`, turn.commit, later?.commit)
    }
    return finding('lost insert', `is missing, commit ${turn!.commit} inserted it`, turn!.commit, later?.commit)
  }
  if (shown !== undefined && shown > due) {
    const early = states.commitOf(shown)
    return finding('phantom', `shows commit ${early}, after commit ${commit}`, undefined, early)
  }
  if (expected === undefined) {
    const turn = states.turnAt(due)
    if (turn === undefined || due < 0) return finding('phantom', `is there before any commit inserted it`)
    if (turn.kind === 'update') {
      return finding('lost update', `is there, commit ${turn.commit} took it out of the view`, turn.commit)
    }
    if (turn.kind === 'insert') return finding('phantom', `is not part of the view`, turn.commit)
    return finding('resurrected delete', `is there, commit ${turn.commit} deleted it`, turn.commit)
  }
  const by = states.commitOf(due)
  const columns = describeColumns(reading, expected, given)
  if (shown !== undefined) {
    return finding('lost update', `shows commit ${states.commitOf(shown)}, should show commit ${by} (${columns})`, by)
  }
  return finding('wrong value', `${columns}; commit ${by} wrote it${olderValues(states, due, given)}`, by)
}

/** Of which commit the values are that are wrong: those of one commit were not recomputed, those of several were mixed. */
function olderValues(states: States, due: number, given: readonly Cell[]): string {
  const now = states.cellsAt(due) ?? []
  const wrong = given.flatMap((cell, index) => (cell === now[index] ? [] : [index]))
  const nearestWith = (indexes: readonly number[]): number | undefined => {
    const found = states.states.flatMap(({ cells }, state) =>
      cells && indexes.every((index) => cells[index] === given[index]) ? [state] : [],
    )
    return found.toSorted((a, b) => Math.abs(a - due) - Math.abs(b - due))[0]
  }
  const all = nearestWith(wrong)
  if (all !== undefined) return `, and the values are those of commit ${states.commitOf(all)}`
  const single = wrong.map((index) => nearestWith([index]))
  if (single.some((state) => state === undefined)) return ''
  const commits = new Set(single.map((state) => states.commitOf(state!)))
  return `, and the values are those of the commits ${[...commits].toSorted((a, b) => a - b).join(', ')}`
}

const MOST_COLUMNS = 4

/** The columns that differ, in words; some of them where there are many. */
export function describeColumns(
  { view }: Pick<Reading, 'view'>,
  expected: readonly Cell[],
  given: readonly Cell[],
): string {
  const wrong = view.columns.flatMap((_, index) => (expected[index] === given[index] ? [] : [index]))
  const shown = wrong.slice(0, MOST_COLUMNS).map((index) => {
    const { name, type } = view.columns[index]!
    return `${name} is ${showCell(type, given[index]!)} instead of ${showCell(type, expected[index]!)}`
  })
  return shown.join(', ') + (wrong.length > MOST_COLUMNS ? ` and ${wrong.length - MOST_COLUMNS} more columns` : '')
}

/** Transactions that were read in part, and the findings that they do not account for. */
interface TornCommits {
  readonly torn: readonly Anomaly[]
  readonly rest: readonly Finding[]
}

const LOST: ReadonlySet<string> = new Set(['lost insert', 'lost update', 'resurrected delete'])

/**
 * Puts together what comes from reading while a transaction took effect: changes of commits after the nearest one that
 * are visible already, and changes of the nearest one that are not visible yet. A single change that is missing counts
 * as lost: there is nothing by which it differs. A commit that is there as a whole is not torn, but before its time.
 */
export function tornCommits(keys: readonly RowKeys[], findings: readonly Finding[], nearest: number): TornCommits {
  const changesOf = (commit: number): number => keys.reduce((total, key) => total + key.changesOf(commit), 0)
  const torn: Anomaly[] = []
  const accounted = new Set<Finding>()
  const areSomeLost = findings.some(({ given, early: later }) => given === undefined && later === undefined)
  const early = new Set(findings.flatMap((finding) => finding.early ?? []))
  for (const commit of early) {
    const group = findings.filter((finding) => finding.early === commit)
    // A row that is missing may as well be lost as deleted early: more so where others are lost that nothing deletes.
    if (group.every(({ given }) => given === undefined) && (group.length < 2 || areSomeLost)) continue
    const total = changesOf(commit)
    torn.push(group.length < total ? inPart(group, commit, group.length, total) : asWhole(group, commit, nearest))
    for (const finding of group) accounted.add(finding)
  }
  const late = findings.filter(
    (finding) => finding.commit === nearest && LOST.has(finding.name) && !accounted.has(finding),
  )
  const total = late.length > 1 ? changesOf(nearest) : 0
  if (late.length > 1 && total > late.length) {
    torn.push(inPart(late, nearest, total - late.length, total))
    for (const finding of late) accounted.add(finding)
  }
  return { torn, rest: findings.filter((finding) => !accounted.has(finding)) }
}

function inPart([first]: readonly Finding[], commit: number, shown: number, total: number): Anomaly {
  const what = `${shown} of the ${total} changes of commit ${commit} are there`
  return shownBy(first!, 'torn transaction', commit, `${what},`)
}

function asWhole(group: readonly Finding[], commit: number, nearest: number): Anomaly {
  const before = commit === nearest + 1 ? `is as after commit ${nearest}` : `lacks commits between ${nearest} and it`
  const changes = group.length === 1 ? 'the one change' : `all ${group.length} changes`
  const what = `${changes} of commit ${commit} are there, but the rest ${before}`
  return shownBy(group[0]!, 'out of order', commit, `${what};`)
}

function shownBy(finding: Finding, name: AnomalyName, commit: number, what: string): Anomaly {
  const row = `${finding.reading.name} ${finding.key}`
  return toAnomaly({ ...finding, name, commit, text: `${name}: ${what} ${row} is one that tells` })
}

export function toAnomaly({ name, reading, key, commit, text, states }: Finding): Anomaly {
  return { name, table: reading.name, key, commit, text, history: states?.toString() }
}
