import { type Anomaly, anomalyMeanings, type AnomalyName, countNames, type Mismatch } from '../anomaly.js'
import { type Comparable, leaveAside } from './wrong-columns.js'
import { explainDifference, type Finding, toAnomaly, tornCommits } from './finding.js'
import { type Floor, staleText } from '../floor.js'
import { nearestCommit } from './nearest-commit.js'
import { plainDifference } from './plain-difference.js'
import { equalsCommit, proposeCommits, type Reading, viewRows } from './reading.js'
import { keyPlaces } from '../../ledger/view.js'
import { RowStates } from './row-states.js'

const MOST_SHOWN = 10
/** Of one name, where there are several names. */
const MOST_OF_A_NAME = 3

/** Those that say most first. */
const ORDER = Object.keys(anomalyMeanings)

/** Says why what was read is not the tables after any commit of a range; to be asked only where that is so. */
export function explainMismatch(readings: readonly Reading[], floor: Floor & { readonly until: number }): Mismatch {
  const { until } = floor
  const since = Math.min(floor.since, until)
  const { columns, comparable } = leaveAside(readings)
  const rest = comparable.map(({ reading }) => reading)
  const outsides = outsideOfRange(rest, floor)
  const empty = outsides.length > 0 ? { anomalies: [], filled: comparable } : emptyTables(comparable, since, until)
  const filled = empty.filled.map(({ reading }) => reading)
  const { commit: nearest, differing } = nearestCommit(filled, since, until)
  const apart = empty.anomalies.length > 0 ? [] : tablesApart(rest, until)
  const keys = empty.filled.flatMap(({ keys: key }) => key ?? [])
  const keyed = keys.length === filled.length
  // What is as after another commit, or two good reads that do not fit, needs no list of rows.
  const byRow = keyed && outsides.length === 0 && apart.length === 0
  const rows = byRow ? rowAnomalies(empty.filled, nearest) : []
  const sorted = [...columns, ...outsides, ...empty.anomalies, ...apart, ...rows].toSorted(
    (a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name),
  )
  return Object.freeze({
    since,
    until,
    nearest,
    differing,
    compared: filled.length > 0,
    keyed,
    anomalies: someOfEach(sorted),
    count: sorted.length,
    counts: countNames(sorted),
    ...plainDifference(keyed ? [] : filled, nearest),
  })
}

function someOfEach(sorted: readonly Anomaly[]): Anomaly[] {
  const names = new Set(sorted.map(({ name }) => name))
  const most = (name: AnomalyName): number => (names.size > 1 && name !== 'wrong column' ? MOST_OF_A_NAME : MOST_SHOWN)
  return [...names].flatMap((name) => sorted.filter((anomaly) => anomaly.name === name).slice(0, most(name)))
}

/** The commits of a range after which all tables are what was read. */
export function matchingCommits(readings: readonly Reading[], since: number, until: number): number[] {
  if (readings.length === 0) return []
  const proposed = readings.map((reading) => new Set(proposeCommits(reading, since, until)))
  const [first, ...others] = proposed
  const common = [...first!].filter((commit) => others.every((set) => set.has(commit)))
  // Commits with one fingerprint are one content: comparing the first of them says it of all.
  return common.length > 0 && readings.every((reading) => equalsCommit(reading, common[0]!)) ? common : []
}

function outsideOfRange(readings: readonly Reading[], floor: Floor & { readonly until: number }): Anomaly[] {
  const { since, until } = floor
  const visible = Math.max(...readings.map((reading) => reading.until))
  const found = matchingCommits(readings, 0, visible)
  // A wrong column apart, what was read may well be as after a commit of the range.
  if (found.some((number) => number >= since && number <= until)) return []
  const old = found.findLast((number) => number < since)
  const commit = old ?? found.find((number) => number > until)
  if (commit === undefined) return []
  const name = old === undefined ? 'out of order' : 'stale read'
  const what =
    old === undefined ? `the rows are as after commit ${commit}, which is after commit ${until}` : staleText(old, floor)
  const text = `${name}: ${what}`
  return [{ name, table: readings[0]!.name, key: undefined, commit, text, history: undefined }]
}

/** Tables that were each read well, be it too early for the range, but not together. */
function tablesApart(readings: readonly Reading[], until: number): Anomaly[] {
  // Without their wrong columns, they may fit after all.
  if (readings.length < 2 || matchingCommits(readings, 0, until).length > 0) return []
  const alone = readings.map((reading) => ({ name: reading.name, commits: matchingCommits([reading], 0, until) }))
  if (alone.some(({ commits }) => commits.length === 0)) return []
  const parts = alone.map(({ name, commits }) => {
    const [first, last] = [commits[0]!, commits.at(-1)!]
    return `${name} is as after commit ${first === last ? first : `${first} to ${last}`}`
  })
  const late = alone.toSorted((a, b) => b.commits[0]! - a.commits[0]!)[0]!
  const text = `torn transaction: ${parts.join(', ')}, and no commit has both`
  const anomaly = { table: late.name, key: undefined, commit: late.commits[0]!, text, history: undefined }
  return [{ name: 'torn transaction', ...anomaly }, ...findOrphans(readings).map(({ anomaly: orphan }) => orphan)]
}

function rowAnomalies(comparable: readonly Comparable[], nearest: number): Anomaly[] {
  const keys = comparable.flatMap(({ keys: key }) => key ?? [])
  const findings = keys.flatMap((key) =>
    key.differences(nearest).map((difference) => explainDifference(difference, nearest)),
  )
  const { torn, rest } = tornCommits(keys, findings, nearest)
  const orphans = findOrphans(comparable.map(({ reading }) => reading))
  // That a parent is missing, its child says.
  const isSaid = (finding: Finding): boolean =>
    finding.given === undefined &&
    orphans.some(({ parent, number }) => parent === finding.reading && number === finding.number)
  return [
    ...torn,
    ...orphans.map(({ anomaly }) => anomaly),
    ...rest.filter((finding) => !isSaid(finding)).map(toAnomaly),
  ]
}

/** Tables of which nothing was read, and those by which a commit can still be found. */
interface EmptyTables {
  readonly anomalies: readonly Anomaly[]
  readonly filled: readonly Comparable[]
}

/**
 * A table that was read empty is as after the very first commits, whatever the others are: it would pull the nearest
 * commit there.
 */
function emptyTables(comparable: readonly Comparable[], since: number, until: number): EmptyTables {
  const filled = comparable.filter(({ reading }) => reading.rows.length > 0)
  if (filled.length === comparable.length) return { anomalies: [], filled }
  const others = filled.map(({ reading }) => reading)
  const commit = others.length > 0 ? nearestCommit(others, since, until).commit : until
  const anomalies: Anomaly[] = []
  const full: Comparable[] = []
  for (const candidate of comparable) {
    const { reading } = candidate
    const rows = reading.rows.length === 0 ? viewRows(reading, commit).length : 0
    if (rows === 0) full.push(candidate)
    else {
      const { name: table } = reading
      const text = `empty table: no row was read of ${table}; after commit ${commit} it has ${rows}`
      anomalies.push({ name: 'empty table', table, key: undefined, commit, text, history: undefined })
    }
  }
  return { anomalies, filled: full }
}

/** A child that was read without its parent. */
interface Orphan {
  readonly parent: Reading
  /** Of the parent's row. */
  readonly number: number
  readonly anomaly: Anomaly
}

/** Finds children whose parents are not among the rows that were read with them. */
function findOrphans(readings: readonly Reading[]): Orphan[] {
  return readings.flatMap((child) => {
    const { parent: link } = child.table.rows.definition
    const parent = readings.find(({ name }) => name === link?.table)
    const [parents, children] = [parent && !parent.view.filter && numbersOf(parent), numbersOf(child)]
    if (!parent || !parents || !children) return []
    const parentOf = (number: number): number => child.table.rows.family.parentOf(number)
    const without = [...children].filter((number) => number > 0 && !parents.has(parentOf(number)))
    return without.map((number) => ({
      parent,
      number: parentOf(number),
      anomaly: orphanRow(child, number, parent, parentOf(number)),
    }))
  })
}

function orphanRow(child: Reading, number: number, parent: Reading, above: number): Anomaly {
  const [key, parentKey] = [child.table.rows.keyTextOf(number), parent.table.rows.keyTextOf(above)]
  const states = new RowStates(parent, above)
  return {
    name: 'orphan row',
    table: child.name,
    key,
    commit: states.states.at(-1)?.commit,
    text: `orphan row: ${child.name} ${key} is there without ${parent.name} ${parentKey} (${states.toString()})`,
    history: new RowStates(child, number).toString(),
  }
}

/** Undefined where the view does not have the key. */
function numbersOf({ table, view, rows }: Reading): Set<number> | undefined {
  const places = keyPlaces(table.rows.key, view)
  if (!places) return undefined
  const numbers = rows.map((row) => table.rows.numberOf(places.map((place) => row[place])))
  return new Set(numbers.filter((number) => number !== undefined))
}
