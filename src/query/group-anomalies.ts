import { OptionsError } from '../errors.js'
import type { Anomaly, AnomalyName } from '../match/anomaly.js'
import { rowText } from '../match/rows/reading.js'
import type { Cell } from '../tables/column.js'
import type { QueryReading } from './query-reading.js'
import { showQueryCell } from './show-row.js'

type Cells = readonly Cell[]

/** The rows of a result that have one key, by their texts: none, one, or several where that is wrong. */
type Groups = ReadonlyMap<string, readonly Cells[]>

/**
 * Says of each group that differs from the result after a commit after which other commits it is, and what that is a case of.
 *
 * @param since the first commit that was to be seen
 * @throws OptionsError for a key that does not tell the rows of the result apart
 */
export function groupAnomalies(reading: QueryReading, since: number, nearest: number): Anomaly[] {
  if (reading.keys.length === 0) return []
  const commits = [...reading.answers.keys()].toSorted((a, b) => a - b)
  const byCommit = new Map(commits.map((commit) => [commit, groupsOf(reading.answers.get(commit)!.rows, reading)]))
  for (const groups of byCommit.values()) expectOneRowEach(groups, reading)
  const given = groupsOf(reading.rows, reading)
  const expected = byCommit.get(nearest)!
  const rowAt = (key: string, commit: number): Cells | undefined => byCommit.get(commit)?.get(key)?.[0]
  const changes = (key: string, commit: number): boolean => !isSame(rowAt(key, commit - 1), rowAt(key, commit))
  const right = [...expected.keys()].filter((key) => {
    const rows = given.get(key)
    return rows?.length === 1 && isSame(rows[0], rowAt(key, nearest))
  })

  // That a group is not there is no sign of a commit long ago.
  const shownBy = (key: string): number[] => {
    const [got] = given.get(key) ?? []
    return commits.filter((commit) => (got !== undefined || commit >= since) && isSame(rowAt(key, commit), got))
  }
  const changesOf = (key: string): number[] => commits.slice(1).filter((commit) => changes(key, commit))
  /** After which commit a group is, and the first commit that it lacks, or has before the others. */
  const placeOf = (key: string): { readonly near: number; readonly by: number } | undefined => {
    const near = shownBy(key).toSorted((a, b) => Math.abs(a - nearest) - Math.abs(b - nearest))[0]
    if (near === undefined) return undefined
    return { near, by: changesOf(key).find((commit) => commit > Math.min(near, nearest)) ?? nearest }
  }
  const keys = [...new Set([...given.keys(), ...expected.keys()])]
  const apart = keys.filter((key) => !right.includes(key))
  const anomalyOf = (key: string): Anomaly[] => {
    const rows = given.get(key) ?? []
    const [got, due] = [rows[0], rowAt(key, nearest)]
    const label = labelOf(reading, got ?? due ?? [])
    const made = changesOf(key)
    const history = made.length > 0 ? `changed by ${commitsInWords(made.slice(-5))}` : undefined
    const anomaly = (
      name: AnomalyName,
      what: string,
      commit: number | undefined = made.findLast((one) => one <= nearest),
    ): Anomaly[] => [{ name, table: reading.name, key: label, commit, text: `${name}: ${label} ${what}`, history }]
    if (rows.length > 1) return anomaly('duplicate', `is there ${rows.length} times`)
    const difference = got && due ? ` (${differenceOf(reading, got, due)})` : ''
    const place = placeOf(key)
    if (!place) {
      if (!got) return anomaly('lost insert', 'is missing')
      if (!due) return anomaly('phantom', 'is there, and has never been with these values', undefined)
      return anomaly('wrong value', `has values that it never had${difference}`)
    }
    const { near, by } = place
    const isOld = near < nearest
    // What one group alone lacks is lost: there is nothing by which it differs from that.
    const isAlone = isOld && apart.every((other) => other === key || placeOf(other)?.by !== by)
    const isTorn = !isAlone && right.some((other) => changes(other, by))
    const plain: AnomalyName = !isOld
      ? 'out of order'
      : !got
        ? 'lost insert'
        : !due
          ? 'resurrected delete'
          : 'lost update'
    const name = isTorn ? 'torn transaction' : plain
    const as = got ? 'is as after' : 'is not there, as after'
    return anomaly(
      name,
      `${as} ${commitsInWords(runAround(shownBy(key), near))}, the others as after commit ${nearest}${difference}`,
      by,
    )
  }
  return apart.flatMap(anomalyOf)
}

function groupsOf(rows: readonly Cells[], { keys }: QueryReading): Groups {
  const groups = new Map<string, Cells[]>()
  for (const row of rows) {
    const key = rowText(keys.map((place) => row[place] ?? null))
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}

function expectOneRowEach(groups: Groups, reading: QueryReading): void {
  const twice = [...groups.values()].find((rows) => rows.length > 1)
  if (!twice) return
  throw new OptionsError(
    `Expected \`key\` to tell the rows of the query apart, got ${twice.length} rows with ${labelOf(reading, twice[0] ?? [])}. Name more columns.`,
  )
}

/** Such as `ss_store_sk = 4`. */
function labelOf({ keys, columns }: QueryReading, row: Cells): string {
  return keys
    .map((place) => `${columns[place]!.name} = ${showQueryCell(columns[place]!.type, row[place] ?? null)}`)
    .join(', ')
}

function differenceOf({ columns }: QueryReading, got: Cells, due: Cells): string {
  const wrong = columns.flatMap(({ name, type }, index) => {
    const [one, other] = [got[index] ?? null, due[index] ?? null]
    return one === other ? [] : [`${name} is ${showQueryCell(type, one)} instead of ${showQueryCell(type, other)}`]
  })
  return wrong.join(', ')
}

function isSame(one: Cells | undefined, other: Cells | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && rowText(one) === rowText(other))
}

/** Those next to one another, around one of them. */
function runAround(commits: readonly number[], near: number): number[] {
  const all = new Set(commits)
  let [first, last] = [near, near]
  while (all.has(first - 1)) first -= 1
  while (all.has(last + 1)) last += 1
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

/** Such as `commit 4`, `commits 4 to 7`, `commits 4, 9`. */
function commitsInWords(commits: readonly number[]): string {
  const [first, last] = [commits[0]!, commits.at(-1)!]
  if (commits.length === 1) return `commit ${first}`
  const isRun = last - first === commits.length - 1
  return isRun ? `commits ${first} to ${last}` : `commits ${commits.join(', ')}`
}
