import type { Cell } from '../tables/column.js'
import { scaledToText, scaleOf } from '../tables/scaled-number.js'
import type { AnomalyName } from './anomaly.js'
import type { Reading } from './reading.js'
import type { RowDifference } from './row-difference.js'
import { RowStates } from './row-states.js'

/** What a differing row tells by itself, before it is looked at beside the others. */
export interface Finding extends RowDifference {
  readonly name: AnomalyName
  /** The commit whose change is missing, or that wrote what should be there. */
  readonly commit: number | undefined
  /** The commit that is visible before its time: one after the commit that was compared with. */
  readonly early: number | undefined
  readonly text: string
  readonly states: RowStates | undefined
}

/** Finds out what happened to a row that differs from the table after a commit. */
export function explainDifference(difference: RowDifference, commit: number): Finding {
  const { reading, key, number, given, times } = difference
  const states = number === undefined ? undefined : new RowStates(reading, number)
  const finding = (name: AnomalyName, text: string, by?: number, early?: number): Finding => ({
    ...difference,
    name,
    text: `${name}: ${reading.name} ${key} ${text}`,
    commit: by,
    early,
    states,
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

/** Columns in which a row of no version shows the value of the version before: they were not recomputed. */
function olderValues(states: RowStates, due: number, given: readonly Cell[]): string {
  const [now, before] = [states.cellsAt(due), states.cellsAt(due - 1)]
  if (!now || !before) return ''
  const wrong = given.flatMap((cell, index) => (cell === now[index] ? [] : [index]))
  return wrong.every((index) => given[index] === before[index])
    ? `, and the values are those of commit ${states.commitOf(due - 1)}`
    : ''
}

const MOST_COLUMNS = 4

function describeColumns({ view }: Reading, expected: readonly Cell[], given: readonly Cell[]): string {
  const wrong = view.columns.flatMap((_, index) => (expected[index] === given[index] ? [] : [index]))
  const told = wrong.slice(0, MOST_COLUMNS).map((index) => {
    const { name, type } = view.columns[index]!
    return `${name} is ${showCell(type, given[index]!)} instead of ${showCell(type, expected[index]!)}`
  })
  return told.join(', ') + (wrong.length > MOST_COLUMNS ? ` and ${wrong.length - MOST_COLUMNS} more columns` : '')
}

/** A cell as PostgreSQL writes it. Sums beyond 2^53 are kept as their digits. */
export function showCell(type: string, cell: Cell): string {
  if (cell === null) return 'NULL'
  if (typeof cell === 'number') return scaledToText(cell, scaleOf(type))
  const isLong = type.startsWith('numeric') && typeof cell === 'string' && /^-?\d+$/.test(cell)
  return isLong ? scaledToText(BigInt(cell), scaleOf(type)) : JSON.stringify(cell)
}
