import { type Anomaly, anomalyMeanings, type AnomalyName, countNames, type Mismatch } from '../anomaly.js'
import { type Comparable, leaveAside } from './comparable.js'
import { emptyTables } from './empty-tables.js'
import { explainDifference, type Finding } from './finding.js'
import { type Floor, staleText } from '../floor.js'
import { nearestCommit } from './nearest-commit.js'
import { findOrphans } from './orphans.js'
import { plainDifference } from './plain-difference.js'
import { equalsCommit, proposeCommits, type Reading } from './reading.js'
import { tornCommits } from './torn-commits.js'

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
  const plain = plainDifference(keyed ? [] : filled, nearest)
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
    difference: { missing: plain.missing, unexpected: plain.unexpected },
    differenceCounts: plain.counts,
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

function toAnomaly({ name, reading, key, commit, text, states }: Finding): Anomaly {
  return { name, table: reading.name, key, commit, text, history: states?.toString() }
}
