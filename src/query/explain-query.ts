import { type Anomaly, countNames, type Mismatch } from '../match/anomaly.js'
import type { CommitRange } from '../match/commit-target.js'
import { type Floor, staleText } from '../match/floor.js'
import { rowText } from '../match/rows/reading.js'
import type { Cell } from '../tables/column.js'
import { type Answer, RowCounts } from './answer.js'
import { groupAnomalies } from './group-anomalies.js'
import type { QueryReading } from './query-reading.js'
import { showQueryCell, showRow } from './show-row.js'

const MOST_SHOWN = 10

/** Says why what was read is not the result of a query after any commit of a range; to be asked only where that is so. */
export function explainQueryMismatch(
  reading: QueryReading,
  floor: Floor & { readonly until: number },
  stale: CommitRange | undefined,
): Mismatch {
  const { since, until } = floor
  const column = stale ? undefined : findWrongColumn(reading, since, until)
  const nearest = column?.nearest ?? nearestAnswer(reading, since, until)
  const anomalies =
    wholeAnomalies(reading, floor, stale, nearest) ??
    (column ? [column.anomaly] : groupAnomalies(reading, since, nearest.commit))
  const { missing, unexpected } = nearest
  const shown = (rows: readonly (readonly Cell[])[]): string[] =>
    rows.slice(0, MOST_SHOWN).map((row) => showRow(reading.columns, row))
  return Object.freeze({
    since,
    until,
    nearest: nearest.commit,
    // As of tables: leaving the wrong column aside.
    differing: column ? 0 : differing(nearest),
    compared: true,
    keyed: reading.keys.length > 0 || anomalies.length > 0,
    anomalies: anomalies.slice(0, MOST_SHOWN),
    count: anomalies.length,
    counts: countNames(anomalies),
    difference: { missing: shown(missing), unexpected: shown(unexpected) },
    differenceCounts: { missing: missing.length, unexpected: unexpected.length },
  })
}

interface Nearest {
  readonly commit: number
  readonly answer: Answer
  readonly missing: readonly (readonly Cell[])[]
  readonly unexpected: readonly (readonly Cell[])[]
}

/** Of two commits that are equally near, the later one: there, what is missing shows as lost. */
function nearestAnswer({ answers, counts }: QueryReading, since: number, until: number): Nearest {
  let nearest: Nearest | undefined
  for (let commit = until; commit >= since; commit--) {
    const here = compareWith(answers, counts, commit)
    if (!nearest || differing(here) < differing(nearest)) nearest = here
  }
  return nearest!
}

function compareWith(answers: QueryReading['answers'], counts: RowCounts, commit: number): Nearest {
  const answer = answers.get(commit)!
  return { commit, answer, missing: answer.counts.beyond(counts), unexpected: counts.beyond(answer.counts) }
}

const differing = ({ missing, unexpected }: Nearest): number => missing.length + unexpected.length

/** What is wrong with all that was read; undefined where it is not one thing. */
function wholeAnomalies(
  reading: QueryReading,
  floor: Floor,
  stale: CommitRange | undefined,
  { commit, answer }: Nearest,
): Anomaly[] | undefined {
  const of = { table: reading.name, key: undefined, commit, history: undefined }
  if (stale)
    return [{ ...of, name: 'stale read', commit: stale.last, text: `stale read: ${staleText(stale.last, floor)}` }]
  if (reading.rows.length === 0) {
    const text = `empty table: no row was read; after commit ${commit} there are ${answer.size}`
    return [{ ...of, name: 'empty table', text }]
  }
  return undefined
}

/** A column without which all is right, in the latest commit of which that is so. */
function findWrongColumn(
  reading: QueryReading,
  since: number,
  until: number,
): { readonly nearest: Nearest; readonly anomaly: Anomaly } | undefined {
  const { rows, columns, keys, answers, counts } = reading
  for (const [index, { name, type }] of columns.entries()) {
    if (keys.includes(index) || columns.length === 1) continue
    const rest = (row: readonly Cell[]): readonly Cell[] => row.filter((_, place) => place !== index)
    const given = new RowCounts(rows.map(rest))
    for (let commit = until; commit >= since; commit--) {
      const { rows: due } = answers.get(commit)!
      if (!given.equals(new RowCounts(due.map(rest)))) continue
      const nearest = compareWith(answers, counts, commit)
      const { missing, unexpected } = nearest
      // Of one row, it is a wrong value.
      if (missing.length < 2) return undefined
      const [wrong] = unexpected
      const right = missing.find((row) => wrong && rowText(rest(row)) === rowText(rest(wrong)))
      const shown = [wrong, right].map((row) => showQueryCell(type, row?.[index] ?? null)).join(' instead of ')
      const text = `wrong column: ${name} differs in ${missing.length} of ${due.length} rows, such as ${shown}; all else is as after commit ${commit}`
      return {
        nearest,
        anomaly: { name: 'wrong column', table: reading.name, key: undefined, commit, text, history: undefined },
      }
    }
  }
  return undefined
}
