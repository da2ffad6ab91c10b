import { OptionsError } from '../../errors.js'
import { everyRow, rowSpans } from '../../ledger/row-spans.js'
import { keyPlaces } from '../../ledger/view.js'
import { keyText } from '../../tables/keys/table-key.js'
import { type Anomaly, anomalyMeanings, countNames, historyInWords, type Mismatch } from '../anomaly.js'
import type { TableState } from '../commit-target.js'
import { type Floor, staleText } from '../floor.js'
import { type ResolvedState, resolveState } from '../narrowed-table.js'
import { describeColumns } from '../rows/finding.js'
import { expectCommits } from '../rows/compare-with-commits.js'
import { type GivenVersion, readHistory } from './given-history.js'
import type { CompleteHistoryOptions } from './history-options.js'
import { type HistoryFault, judgeRow, type Life } from './judge-row.js'
import { readStamp } from './stamp.js'

/** Whether the rows of a history are what the table was, up to some commit. */
export interface HistoryMatch {
  /** The commit after which it may have been read: the one with the fewest anomalies, the latest of several. */
  readonly commit: number
  readonly since: number
  readonly until: number
  /** The first of the rows that were given. */
  readonly samples: readonly object[]
  /** Of how many versions it was. */
  readonly versions: number
  /** None where it is right. */
  readonly anomalies: readonly Anomaly[]
  readonly counts: Mismatch['counts']
}

interface JudgedRow {
  readonly key: string
  readonly life: Life
  readonly versions: readonly GivenVersion[]
}

/** @throws OptionsError for rows without a key, and for `bounds: 'clock'` of a table without one */
export function matchHistory(
  table: TableState,
  given: unknown,
  options: CompleteHistoryOptions,
  floor: Floor,
): HistoryMatch {
  const state = resolveState(table)
  const until = floor.until ?? state.until
  const { since } = floor
  expectCommits({ since, until }, state.until)
  if (options.bounds === 'clock' && !state.table.rows.definition.clock) {
    throw new OptionsError(`Expected a table with a clock for \`bounds: 'clock'\`, got ${table.name}, which has none.`)
  }
  const { versions, samples } = readHistory(state, given, options)
  const rows = judgedRows(state, versions, until)
  const faultsAt = (at: number): Anomaly[] =>
    rows.flatMap((row) => judgeRow(row.versions, row.life, at, options).map((fault) => anomaly(table.name, row, fault)))
  const commit = likeliestCommit(rows, since, until, options)
  const found = faultsAt(commit)
  const old = found.length > 0 && since > 0 ? likeliestCommit(rows, 0, since - 1, options) : undefined
  const anomalies =
    old !== undefined && faultsAt(old).length === 0
      ? [staleRead(table.name, old, floor)]
      : found.toSorted((a, b) => NAMES.indexOf(a.name) - NAMES.indexOf(b.name))
  return { commit, since, until, samples, versions: versions.length, anomalies, counts: countNames(anomalies) }
}

const NAMES = Object.keys(anomalyMeanings)

/** Every row that there was, and what was given without ever being a row. */
function judgedRows(state: ResolvedState, versions: readonly GivenVersion[], until: number): JudgedRow[] {
  const { table, view } = state
  const places = keyPlaces(table.rows.key, view)
  if (!places) {
    throw new OptionsError(
      'Expected the table of a history to have its key, got one without. Leave the key among its columns.',
    )
  }
  const byKey = new Map<string, GivenVersion[]>()
  for (const version of versions) {
    const key = keyText(places.map((place) => version.cells[place]))
    byKey.set(key, [...(byKey.get(key) ?? []), version])
  }
  const rows: JudgedRow[] = []
  for (const number of everyRow(table, until)) {
    const key = table.rows.keyTextOf(number)
    rows.push({ key, life: lifeOf(state, number, until), versions: byKey.get(key) ?? [] })
    byKey.delete(key)
  }
  const none: Life = { spans: [], clockOf: () => undefined, differenceOf: () => '' }
  return [...rows, ...[...byKey].map(([key, some]) => ({ key, life: none, versions: some }))]
}

function lifeOf({ table, view }: ResolvedState, number: number, until: number): Life {
  const { columns, clock } = table.rows.definition
  const index = columns.findIndex(({ name }) => name === clock?.column)
  return {
    spans: rowSpans(table, view, number, until),
    differenceOf: (been, given) => describeColumns({ view }, been, given),
    clockOf: ({ version }) => {
      const cell = version === undefined || index < 0 ? undefined : table.load(number, version)[index]
      return cell === undefined ? undefined : readStamp(cell)
    },
  }
}

/** What is wrong changes only with the commits that changed the row, so that each row is judged once for each of those. */
function likeliestCommit(
  rows: readonly JudgedRow[],
  since: number,
  until: number,
  options: CompleteHistoryOptions,
): number {
  if (since === until) return until
  const changes = new Map<number, number>()
  const count = (commit: number, by: number): void => void changes.set(commit, (changes.get(commit) ?? 0) + by)
  for (const { life, versions } of rows) {
    const turns = life.spans.map(({ from }) => from).filter((from) => from > since && from <= until)
    let before = 0
    for (const commit of [since, ...new Set(turns)]) {
      const faults = judgeRow(versions, life, commit, options).length
      if (faults !== before) count(commit, faults - before)
      before = faults
    }
  }
  let [best, fewest, faults] = [until, Number.POSITIVE_INFINITY, 0]
  for (let commit = since; commit <= until; commit++) {
    faults += changes.get(commit) ?? 0
    if (faults <= fewest) [best, fewest] = [commit, faults]
  }
  return best
}

function anomaly(table: string, { key, life }: JudgedRow, { name, commit, text }: HistoryFault): Anomaly {
  const history = historyInWords(
    life.spans.map(({ from, cells }, index) => ({
      commit: from,
      kind: cells === undefined ? 'delete' : index === 0 || !life.spans[index - 1]?.cells ? 'insert' : 'update',
    })),
  )
  return { name, table, key, commit, text: `${name}: ${table} ${key} ${text}`, history }
}

/** What is only old needs no list of rows. */
function staleRead(table: string, commit: number, floor: Floor): Anomaly {
  const text = `stale read: ${staleText(commit, floor)}`
  return { name: 'stale read', table, key: undefined, commit, text, history: undefined }
}
