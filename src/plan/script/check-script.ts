import { OptionsError } from '../../errors.js'
import type { ChangeKind, Run } from '../batch.js'
import { firstNumbers } from '../families/families.js'
import type { Family } from '../families/family.js'
import { ScriptedRows } from './scripted-rows.js'

/** A table of a script, as far as its rules need it. */
export interface CheckedTable {
  readonly family: Family
  readonly foreignRows: number
}

/** The same, while its rows are followed. */
interface FollowedTable {
  readonly name: string
  readonly family: Family
  readonly parent: FollowedTable | undefined
  readonly children: FollowedTable[]
  readonly rows: ScriptedRows
  /** How many of its rows that are never deleted are there, without a gap. */
  kept: number
}

/** A change of the batch after which something was wrong. */
interface Suspect {
  readonly table: FollowedTable
  readonly number: number
  readonly says: string
}

/**
 * Checks that the batches of a script can be carried out one after the other, and completes their runs.
 *
 * @throws OptionsError that names the first batch and change that cannot
 */
export function checkScript(
  tables: readonly CheckedTable[],
  baselineRows: number,
  batches: readonly (readonly Run[])[],
): (readonly Run[])[] {
  const followed = followTables(tables, baselineRows)
  return batches.map((runs, index) => {
    const suspects: Suspect[] = []
    let change = 0
    const completed: Run[] = []
    for (const run of runs) {
      const { kind, numbers } = run
      const table = followed[run.table]!
      completed.push(complete(run, table.rows))
      const distinct = new Set(numbers).size === numbers.length
      numbers.forEach((number, place) => {
        change += 1
        const version = run.versions[place]!
        const says = `Expected change ${change} of batch ${index + 1} (${shown(kind, table.name, number, version)})`
        if (!distinct && numbers.indexOf(number) < place)
          throw refuse(`${says} to be of a row that its run does not have yet`)
        const problem =
          notPossible(kind, number, table, followed) ?? table.rows.apply(kind, number, version, numbers[place - 1])
        if (problem) throw refuse(`${says} ${problem}`)
        const losesChild = kind === 'delete' && table.children.length > 0
        if (losesChild || (kind === 'insert' && table.parent)) suspects.push({ table, number, says })
      })
    }
    for (const suspect of suspects) checkParents(suspect)
    return completed
  })
}

function followTables(tables: readonly CheckedTable[], baselineRows: number): FollowedTable[] {
  const followed: FollowedTable[] = []
  const families = tables.map(({ family }) => family)
  const own = firstNumbers(families, baselineRows)
  for (const [index, { family, foreignRows }] of tables.entries()) {
    const parent = followed.find((table) => table.family === family.parent)
    const rows = new ScriptedRows(foreignRows, own[index]!)
    const table = { name: family.table, family, parent, children: [], rows, kept: 0 }
    parent?.children.push(table)
    followed.push(table)
  }
  return followed
}

/** What a change must be instead, because of other rows than its own, or because there is never such a row. */
function notPossible(
  kind: ChangeKind,
  number: number,
  { family }: FollowedTable,
  tables: readonly FollowedTable[],
): string | undefined {
  if (kind === 'delete' && family.keeps(number)) return 'to be of a row that no other table points at'
  if (kind !== 'insert' || number < 1) return undefined
  if (!family.exists(number)) {
    const parent = family.parentOf(number)
    return `to be of one of the ${family.childrenOf(parent)} children of row ${parent} of \`${family.parent?.table}\``
  }
  for (const other of family.refers) {
    const referred = tables.find((table) => table.family === other)
    const reach = family.reach(other, number)
    if (!referred || hasKept(referred, reach)) continue
    return `to come after row ${other.kept(reach)} of \`${other.table}\`, and those before it that it can point at`
  }
  return undefined
}

/** Whether the first so many rows that are never deleted are there. */
function hasKept(table: FollowedTable, count: number): boolean {
  while (table.kept < count && table.rows.has(table.family.kept(table.kept + 1))) table.kept += 1
  return table.kept >= count
}

/** Adds what a script does not say: which INSERTs bring rows back, and the versions before where UPDATEs leave rows as they are. */
function complete(run: Run, rows: ScriptedRows): Run {
  if (run.kind === 'insert') return run.numbers.some((number) => number > rows.last) ? run : { ...run, again: true }
  if (run.kind === 'delete') return run
  const before = run.numbers.map((number) => rows.versionOf(number))
  return before.some((version, place) => version === run.versions[place]) ? { ...run, before } : run
}

/** Asked when the whole batch is applied: within it, a child may come before its parent. */
function checkParents({ table: { family, rows, parent, children }, number, says }: Suspect): void {
  const above = family.parentOf(number)
  if (parent && rows.has(number) && !parent.rows.has(above)) {
    throw refuse(`${says} to find row ${above} of \`${parent.name}\` when its batch commits`)
  }
  if (number < 1 || rows.has(number)) return
  for (const child of children) {
    const first = child.family.firstOf(number)
    for (let orphan = first; orphan < first + child.family.most; orphan++) {
      if (!child.rows.has(orphan)) continue
      throw refuse(`${says} to leave no row ${orphan} of \`${child.name}\` without it when its batch commits`)
    }
  }
}

function shown(kind: ChangeKind, table: string, number: number, version: number): string {
  return `${kind.toUpperCase()} ${table} ${number}${version === 0 ? '' : `@${version}`}`
}

function refuse(what: string): OptionsError {
  return new OptionsError(`${what}. Correct \`script\`.`)
}
