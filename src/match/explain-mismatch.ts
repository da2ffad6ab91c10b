import { keyColumn } from '../ledger/view.js'
import { type Anomaly, anomalyMeanings, type AnomalyName, type Mismatch } from './anomaly.js'
import { explainDifference, type Finding, showCell } from './finding.js'
import { type Floor, staleText } from './floor.js'
import { nearestCommit } from './nearest-commit.js'
import { findOrphans } from './orphans.js'
import { equalsCommit, proposeCommits, type Reading, rowText, viewRows } from './reading.js'
import { rowDifferences } from './row-difference.js'
import { tornCommits } from './torn-commits.js'

const MOST_TOLD = 10
/** Of one name, where there are several names. */
const MOST_OF_A_NAME = 3

const ORDER = Object.keys(anomalyMeanings)

/** Says why what was read is not the tables after any commit of a range; to be asked only where that is so. */
export function explainMismatch(readings: readonly Reading[], floor: Floor & { readonly until: number }): Mismatch {
  const { until } = floor
  const since = Math.min(floor.since, until)
  const { commit: nearest, differing } = nearestCommit(readings, since, until)
  const keyed = readings.every(({ view }) => keyColumn(view) >= 0)
  const whole = [...outsideOfRange(readings, floor), ...tablesApart(readings, since, until)]
  // What a stale read lacks is worth telling; two good reads that do not fit need no list of rows.
  const byRow = keyed && whole.every(({ name }) => name === 'stale read')
  const anomalies = [...whole, ...(byRow ? rowAnomalies(readings, nearest) : [])]
  const sorted = anomalies.toSorted((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name))
  return Object.freeze({
    since,
    until,
    nearest,
    differing,
    keyed,
    anomalies: someOfEach(sorted),
    count: sorted.length,
    counts: countNames(sorted),
    difference: keyed ? { missing: [], unexpected: [] } : plainDifference(readings, nearest),
  })
}

function someOfEach(sorted: readonly Anomaly[]): Anomaly[] {
  const names = new Set(sorted.map(({ name }) => name))
  const most = names.size > 1 ? MOST_OF_A_NAME : MOST_TOLD
  return [...names].flatMap((name) => sorted.filter((anomaly) => anomaly.name === name).slice(0, most))
}

function countNames(anomalies: readonly Anomaly[]): Mismatch['counts'] {
  const counts: Partial<Record<AnomalyName, number>> = {}
  for (const { name } of anomalies) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** The commits of a range after which all tables are what was read. */
export function matchingCommits(readings: readonly Reading[], since: number, until: number): number[] {
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
  const old = found.findLast((number) => number < since)
  const commit = old ?? found.find((number) => number > until)
  if (commit === undefined) return []
  const name = old === undefined ? 'out of order' : 'stale read'
  const told =
    old === undefined ? `the rows are as after commit ${commit}, which is after commit ${until}` : staleText(old, floor)
  const text = `${name}: ${told}`
  return [{ name, table: readings[0]!.name, key: undefined, commit, text, history: undefined }]
}

/** Tables that were each read well, but not together. */
function tablesApart(readings: readonly Reading[], since: number, until: number): Anomaly[] {
  if (readings.length < 2) return []
  const alone = readings.map((reading) => ({ name: reading.name, commits: matchingCommits([reading], since, until) }))
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

function rowAnomalies(readings: readonly Reading[], nearest: number): Anomaly[] {
  const findings = readings.flatMap((reading) =>
    rowDifferences(reading, nearest).map((difference) => explainDifference(difference, nearest)),
  )
  const { torn, rest } = tornCommits(readings, findings, nearest)
  const orphans = findOrphans(readings)
  // That a parent is missing is told by its child.
  const told = (finding: Finding): boolean =>
    finding.given === undefined &&
    orphans.some(({ parent, number }) => parent === finding.reading && number === finding.number)
  return [...torn, ...orphans.map(({ anomaly }) => anomaly), ...rest.filter((finding) => !told(finding)).map(toAnomaly)]
}

function toAnomaly({ name, reading, key, commit, text, states }: Finding): Anomaly {
  return { name, table: reading.name, key, commit, text, history: states?.toString() }
}

/** Rows that only one of the two has. */
function plainDifference(readings: readonly Reading[], commit: number): Mismatch['difference'] {
  const missing: string[] = []
  const unexpected: string[] = []
  for (const reading of readings) {
    const counts = new Map<string, { count: number; text: string }>()
    const count = (row: Parameters<typeof rowText>[0], by: number): void => {
      const id = rowText(row)
      const known = counts.get(id)
      if (known) known.count += by
      else counts.set(id, { count: by, text: showRow(reading, row) })
    }
    for (const row of viewRows(reading, commit)) count(row, 1)
    for (const row of reading.rows) count(row, -1)
    for (const { count: balance, text } of counts.values()) {
      if (balance > 0 && missing.length < MOST_TOLD) missing.push(text)
      if (balance < 0 && unexpected.length < MOST_TOLD) unexpected.push(text)
    }
  }
  return { missing, unexpected }
}

function showRow({ name, view }: Reading, row: Parameters<typeof rowText>[0]): string {
  return `${name} (${view.columns.map((column, index) => `${column.name} ${showCell(column.type, row[index]!)}`).join(', ')})`
}
