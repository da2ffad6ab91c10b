import { CopyText } from '../tables/copy-text.js'
import { forEachLine } from './copy-lines.js'
import type { LedgerTable } from './ledger-table.js'
import { versionsOf } from './row-history.js'
import type { TableReader } from './table-reader.js'
import type { Verification } from './verification.js'
import { keyAt } from './verify.js'

/** The ledger of a plan, for looking beyond the commits that are known to be made. */
export interface Plan {
  readonly tables: readonly LedgerTable[]
  /** Plans the batches up to a commit. */
  advance(commit: number): void
  /** Compares the tables with those after a commit. */
  verify(commit: number): Promise<Verification>
}

/** The commits after which some tables can be as they were read, as far as their rows tell. */
interface Extent {
  since: number
  until: number
}

/** What was read of one table. */
interface TableExtent extends Extent {
  readonly table: LedgerTable
  readonly rows: number
  /** Whether there are rows that only a commit beyond the horizon can explain, or somebody else. */
  readonly isOpen: boolean
  /** Whether there is a row that a commit up to the horizon has changed or deleted. */
  readonly isSettled: boolean
}

/** How far is looked at first; four times as far each time after. */
const FIRST_HORIZON = 1024
/** A plan without an end is not followed further than this. */
const LAST_HORIZON = 1 << 22
/** Commits that come into question and are compared at most. There are several where versions of rows look alike. */
const MOST_COMPARED = 100

/**
 * Finds the last commit, by what the tables hold: each row tells since which commit it is as it is, and until which one
 * it can have stayed so. Where tables become again what they were, the first such commit counts. Resolves with the
 * comparison of the tables with that commit, or with one that comes near.
 *
 * @param last The last commit of the plan; can be infinite
 */
export async function locateCommit(
  plan: Plan,
  reader: TableReader,
  last: number,
  signal: AbortSignal | undefined,
): Promise<Verification> {
  const furthest = Math.min(last, LAST_HORIZON)
  let nearest: Verification | undefined
  for (let horizon = Math.min(FIRST_HORIZON, furthest); ; horizon = Math.min(4 * horizon, furthest)) {
    plan.advance(horizon)
    const extents: TableExtent[] = []
    for (const table of plan.tables) extents.push(await readExtent(table, reader, horizon, signal))
    const isOpen = extents.some((extent) => extent.isOpen) && !extents.some(({ isSettled }) => isSettled)
    if (isOpen && horizon < furthest) continue
    const found = await compare(plan, extents, horizon)
    // DELETEs beyond the horizon, and values that come again, look like a commit before it: so one look further.
    if (found.equal || horizon === furthest || nearest) return nearer(nearest, found)
    nearest = found
  }
}

function nearer(one: Verification | undefined, other: Verification): Verification {
  return one && one.differing < other.differing ? one : other
}

async function compare(plan: Plan, extents: readonly TableExtent[], horizon: number): Promise<Verification> {
  const since = Math.max(0, ...extents.map((extent) => extent.since))
  const until = Math.min(horizon, ...extents.map((extent) => extent.until))
  let nearest: Verification | undefined
  let compared = 0
  for (let commit = since; commit <= until && compared < MOST_COMPARED; commit++) {
    if (extents.some(({ table, rows }) => table.history.rowsAt(commit) !== rows)) continue
    nearest = nearer(nearest, await plan.verify(commit))
    if (nearest.equal) return nearest
    compared += 1
  }
  // Somebody else wrote: one of these tells best what.
  for (const commit of new Set([until, Math.min(since, horizon)])) nearest = nearer(nearest, await plan.verify(commit))
  return nearest!
}

/** Reads a table, and takes from its rows what they tell of commits up to a horizon. */
async function readExtent(
  table: LedgerTable,
  reader: TableReader,
  horizon: number,
  signal: AbortSignal | undefined,
): Promise<TableExtent> {
  const { definition } = table.rows
  const { history } = table
  const text = new CopyText(definition.columns, 4096)
  const extent: Extent = { since: 0, until: horizon }
  const highest = history.lastAt(horizon)
  let [rows, largest] = [0, 0]
  let [isOpen, isSettled] = [false, false]
  await forEachLine(reader.read(definition, table.rows.keyFilter(), signal), (bytes, start, end) => {
    rows += 1
    const number = table.rows.numberOf(keyAt(bytes, start, end))
    if (number === undefined) return
    if (number > highest) return void (isOpen = true)
    largest = Math.max(largest, number)
    const periods = periodsOf(table, number, horizon)
    // What a row has been ever since needs not be computed: the comparison at the end does that.
    const isPlain = periods.length === 1 && periods[0]!.until === horizon
    const shown = isPlain
      ? periods
      : periods.filter(({ version }) => {
          text.clear()
          text.writeRow(table.rows.load(number, version))
          const expected = text.view()
          const length = expected.length - 1
          return length === end - start && expected.compare(bytes, start, end, 0, length) === 0
        })
    if (shown.length === 0) return void (isOpen = true)
    extent.since = Math.max(extent.since, shown[0]!.since)
    extent.until = Math.min(extent.until, shown.at(-1)!.until)
    isSettled ||= shown.at(-1)!.until < horizon
  })
  // Rows that are missing came later, if they were not deleted beyond the horizon.
  for (let number = largest + 1; number <= highest; number++) {
    if (history.versionAt(number, horizon) === undefined) continue
    const missing = versionsOf(table, number, horizon).findLast(({ kind }) => kind === 'insert')
    if (missing) extent.until = Math.min(extent.until, missing.commit - 1)
  }
  return { ...extent, table, rows, isOpen, isSettled }
}

/** A version of a row, and the commits after which the row has it. */
interface Period extends Readonly<Extent> {
  readonly version: number
}

function periodsOf(table: LedgerTable, number: number, horizon: number): Period[] {
  const changes = versionsOf(table, number, horizon)
  return changes.flatMap(({ commit, version }, index) => {
    const until = index + 1 < changes.length ? changes[index + 1]!.commit - 1 : horizon
    return version === undefined || until < commit ? [] : [{ version, since: commit, until }]
  })
}
