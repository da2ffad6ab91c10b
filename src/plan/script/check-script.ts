import { OptionsError } from '../../errors.js'
import type { ChangeKind, Run } from '../batch.js'
import { ScriptedRows } from './scripted-rows.js'

/** A table of a script, as far as its rules need it. */
interface CheckedTable {
  readonly name: string
  /** Index of the parent, which comes before it. */
  readonly parent: number | undefined
  readonly foreignRows: number
}

/** The same, while its rows are followed. */
interface FollowedTable {
  readonly name: string
  readonly parent: FollowedTable | undefined
  readonly children: FollowedTable[]
  readonly rows: ScriptedRows
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
        const problem = table.rows.apply(kind, number, version, numbers[place - 1])
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
  for (const { name, parent: index, foreignRows } of tables) {
    const parent = index === undefined ? undefined : followed[index]
    const table = { name, parent, children: [], rows: new ScriptedRows(foreignRows, baselineRows) }
    parent?.children.push(table)
    followed.push(table)
  }
  return followed
}

/** Adds what a script does not say: which INSERTs bring rows back, and the versions before where UPDATEs leave rows as they are. */
function complete(run: Run, rows: ScriptedRows): Run {
  if (run.kind === 'insert') return run.numbers.some((number) => number > rows.last) ? run : { ...run, again: true }
  if (run.kind === 'delete') return run
  const before = run.numbers.map((number) => rows.versionOf(number))
  return before.some((version, place) => version === run.versions[place]) ? { ...run, before } : run
}

/** Asked when the whole batch is applied: within it, a child may come before its parent. */
function checkParents({ table: { rows, parent, children }, number, says }: Suspect): void {
  if (parent && rows.has(number) && !parent.rows.has(number)) {
    throw refuse(`${says} to find row ${number} of \`${parent.name}\` when its batch commits`)
  }
  const orphan = children.find((child) => child.rows.has(number))
  if (orphan && !rows.has(number)) {
    throw refuse(`${says} to leave no row ${number} of \`${orphan.name}\` without it when its batch commits`)
  }
}

function shown(kind: ChangeKind, table: string, number: number, version: number): string {
  return `${kind.toUpperCase()} ${table} ${number}${version === 0 ? '' : `@${version}`}`
}

function refuse(what: string): OptionsError {
  return new OptionsError(`${what}. Correct \`script\`.`)
}
