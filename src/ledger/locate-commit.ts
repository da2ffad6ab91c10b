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

/** What was read of one table. */
interface Sighting {
  readonly table: LedgerTable
  readonly rows: number
  /** By commit: how many of these rows are then as they were read. */
  readonly fitting: Int32Array
  /** How many of them only an INSERT beyond the horizon can explain, if not somebody else. */
  readonly beyond: number
}

/** How far is looked at first; four times as far each time after. */
const FIRST_HORIZON = 1024
/** Where no keys show that the commit is further away, the plan is followed up to here; … */
const LAST_HORIZON_WITHIN = 1 << 17
/** … and where they do, up to here. */
const LAST_HORIZON = 1 << 22
/** Commits that fit are compared at most. One in practice: there are more only where a batch changes nothing. */
const MOST_COMPARED = 20

/**
 * Finds the last commit, by what the tables hold: each row tells after which commits it is as it is. Where tables become
 * again what they were, the first such commit counts. Resolves with the comparison of the tables with that commit, or with
 * the one that comes nearest.
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
  let before = Number.POSITIVE_INFINITY
  for (let horizon = Math.min(FIRST_HORIZON, furthest); ; horizon = Math.min(4 * horizon, furthest)) {
    plan.advance(horizon)
    const seen: Sighting[] = []
    for (const table of plan.tables) seen.push(await readTable(table, reader, horizon, signal))
    const { commits, misfits } = nearest(seen, horizon)
    const found = misfits === 0 ? await compare(plan, commits) : undefined
    if (found?.equal || isFutile(seen, misfits, before, horizon) || horizon === furthest) {
      return found ?? plan.verify(commits[0]!)
    }
    before = misfits
  }
}

/** Whether to look further is in vain: it is not that the commit is beyond the horizon, but that somebody else wrote. */
function isFutile(seen: readonly Sighting[], misfits: number, before: number, horizon: number): boolean {
  const rows = seen.reduce((sum, table) => sum + table.rows, 0)
  const beyond = seen.reduce((sum, table) => sum + table.beyond, 0)
  // Most of it fits, and no better than before.
  if (misfits <= rows / 4 && misfits >= before) return true
  return horizon >= LAST_HORIZON_WITHIN && beyond === 0
}

async function compare(plan: Plan, commits: readonly number[]): Promise<Verification> {
  let nearest: Verification | undefined
  for (const commit of commits.slice(0, MOST_COMPARED)) {
    const verification = await plan.verify(commit)
    if (verification.equal) return verification
    if (!nearest || verification.differing < nearest.differing) nearest = verification
  }
  return nearest!
}

/** The commits after which the fewest rows are missing or not as they were read. */
function nearest(seen: readonly Sighting[], horizon: number): { commits: readonly number[]; misfits: number } {
  let misfits = Number.POSITIVE_INFINITY
  let commits: number[] = []
  for (let commit = 0; commit <= horizon; commit++) {
    let count = 0
    for (const { table, rows, fitting } of seen) count += rows + table.history.rowsAt(commit) - 2 * fitting[commit]!
    if (count > misfits) continue
    if (count < misfits) commits = []
    misfits = count
    commits.push(commit)
  }
  return { commits, misfits }
}

/** Reads a table, and counts its rows by the commits up to a horizon that they fit. */
async function readTable(
  table: LedgerTable,
  reader: TableReader,
  horizon: number,
  signal: AbortSignal | undefined,
): Promise<Sighting> {
  const { definition } = table.rows
  const text = new CopyText(definition.columns, 4096)
  const fitting = new Int32Array(horizon + 2)
  const highest = table.history.lastAt(horizon)
  const reachable = (highest * LAST_HORIZON) / horizon
  let [rows, beyond] = [0, 0]
  await forEachLine(reader.read(definition, table.rows.keyFilter(), signal), (bytes, start, end) => {
    rows += 1
    const number = table.rows.numberOf(keyAt(bytes, start, end))
    if (number === undefined) return
    const isShown = ({ version }: Period): boolean => {
      text.clear()
      text.writeRow(table.rows.load(number, version))
      const expected = text.view()
      const length = expected.length - 1
      return length === end - start && expected.compare(bytes, start, end, 0, length) === 0
    }
    if (number > highest) {
      if (number <= reachable) beyond += 1
      return
    }
    const periods = periodsOf(table, number, horizon)
    // What a row has been ever since needs not be computed: the comparison at the end does that.
    const isPlain = periods.length === 1 && periods[0]!.until === horizon
    const shown = isPlain ? periods : periods.filter(isShown)
    for (const { since, until } of shown) {
      fitting[since]! += 1
      fitting[until + 1]! -= 1
    }
  })
  for (let commit = 1; commit <= horizon; commit++) fitting[commit]! += fitting[commit - 1]!
  return { table, rows, fitting, beyond }
}

/** A version of a row, and the commits after which the row has it. */
interface Period {
  readonly version: number
  readonly since: number
  readonly until: number
}

function periodsOf(table: LedgerTable, number: number, horizon: number): Period[] {
  const changes = versionsOf(table, number, horizon)
  return changes.flatMap(({ commit, version }, index) => {
    const until = index + 1 < changes.length ? changes[index + 1]!.commit - 1 : horizon
    return version === undefined || until < commit ? [] : [{ version, since: commit, until }]
  })
}
