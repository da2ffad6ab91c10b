import { CopyText } from '../tables/copy-text.js'
import type { LedgerTable } from './ledger-table.js'
import { forEachRow } from './read-rows.js'
import { versionsOf } from './row-history.js'
import type { TableReader } from './table-reader.js'
import type { Verification } from './verification.js'

/** The ledger of a plan, for looking beyond the commits that are known to be made. */
export interface Plan {
  readonly tables: readonly LedgerTable[]
  /** Plans the batches up to a commit. Returns how far it came: keys can be used up before. */
  advance(commit: number): number
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

/** How many commits are looked at. */
export interface Horizons {
  /** At first; four times as many each time after. */
  readonly first: number
  /** Where no keys show that the commit is further away, the plan is followed up to here; … */
  readonly within: number
  /** … and where they do, up to here. */
  readonly furthest: number
}

const HORIZONS: Horizons = { first: 1024, within: 1 << 17, furthest: 1 << 22 }

/**
 * Finds the last commit, by what the tables hold: each row says after which commits it is as it is. Where tables become
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
  horizons: Horizons = HORIZONS,
): Promise<Verification> {
  let furthest = Math.min(last, horizons.furthest)
  let before = Number.POSITIVE_INFINITY
  for (let horizon = Math.min(horizons.first, furthest); ; horizon = Math.min(4 * horizon, furthest)) {
    const reached = plan.advance(horizon)
    if (reached < horizon) horizon = furthest = reached
    const seen: Sighting[] = []
    for (const table of plan.tables) {
      seen.push(await readTable(table, reader, horizon, horizons.furthest / horizon, signal))
    }
    const { commit, misfits } = nearest(seen, horizon)
    // Of several commits that fit, all or none equal the tables.
    const found = misfits === 0 ? await plan.verify(commit) : undefined
    const isFutile = !hasReason(seen, misfits, before, horizon >= horizons.within)
    if (found?.equal || isFutile || horizon === furthest) return found ?? plan.verify(commit)
    before = misfits
  }
}

/** Whether there is reason to look further: that the commit is beyond the horizon, and not that somebody else wrote. */
function hasReason(seen: readonly Sighting[], misfits: number, before: number, isFar: boolean): boolean {
  const rows = seen.reduce((sum, table) => sum + table.rows, 0)
  const beyond = seen.reduce((sum, table) => sum + table.beyond, 0)
  // Most of it fits, and no better than before.
  if (misfits <= rows / 4 && misfits >= before) return false
  return !isFar || beyond > 0
}

/** The first commit after which the fewest rows are missing or not as they were read. */
function nearest(seen: readonly Sighting[], horizon: number): { commit: number; misfits: number } {
  let found = { commit: 0, misfits: Number.POSITIVE_INFINITY }
  for (let commit = 0; commit <= horizon; commit++) {
    let misfits = 0
    for (const { table, rows, fitting } of seen) misfits += rows + table.history.rowsAt(commit) - 2 * fitting[commit]!
    if (misfits < found.misfits) found = { commit, misfits }
  }
  return found
}

/**
 * Reads a table, and counts its rows by the commits up to a horizon that they fit.
 *
 * @param further How many times as far may be looked later
 */
async function readTable(
  table: LedgerTable,
  reader: TableReader,
  horizon: number,
  further: number,
  signal: AbortSignal | undefined,
): Promise<Sighting> {
  const { definition } = table.rows
  const text = new CopyText(definition.columns, 4096)
  const fitting = new Int32Array(horizon + 2)
  const highest = table.history.lastAt(horizon)
  const reachable = highest * further
  let [rows, beyond] = [0, 0]
  const tally = (number: number | undefined, bytes: Buffer, start: number, end: number): void => {
    rows += 1
    if (number === undefined) return
    const isShown = ({ version }: Period): boolean => {
      text.clear()
      text.writeRow(table.load(number, version))
      return text.isAt(bytes, start, end)
    }
    if (number > highest) {
      if (number <= reachable) beyond += 1
      return
    }
    const periods = periodsOf(table, number, horizon)
    // What a row has been ever since needs not be computed: the comparison at the end does that.
    const isPlain = periods.length === 1 && periods.every(({ until }) => until === horizon)
    const shown = isPlain ? periods : periods.filter(isShown)
    for (const { since, until } of shown) {
      fitting[since]! += 1
      fitting[until + 1]! -= 1
    }
  }
  await forEachRow(table, reader, tally, signal)
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
    const next = changes[index + 1]
    const until = next ? next.commit - 1 : horizon
    return version === undefined || until < commit ? [] : [{ version, since: commit, until }]
  })
}
