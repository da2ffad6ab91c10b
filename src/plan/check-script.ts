import { OptionsError } from '../errors.js'
import type { Run } from './batch.js'
import { ScriptedRows } from './scripted-rows.js'

/** A table of a script, as far as its rules need it. */
interface CheckedTable {
  readonly name: string
  /** Index of the parent. */
  readonly parent: number | undefined
  readonly foreignRows: number
}

/** A change of the batch after which something was wrong. */
interface Suspect {
  readonly table: number
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
  const rows = tables.map(({ foreignRows }) => new ScriptedRows(foreignRows, baselineRows))
  return batches.map((runs, index) => {
    const suspects: Suspect[] = []
    let change = 0
    const completed: Run[] = []
    for (const run of runs) {
      const { name, parent } = tables[run.table]!
      completed.push(complete(run, rows[run.table]!))
      const distinct = new Set(run.numbers).size === run.numbers.length
      run.numbers.forEach((number, place) => {
        change += 1
        const says = `Expected change ${change} of batch ${index + 1} (${shown(run, place, name)})`
        if (!distinct && run.numbers.indexOf(number) < place)
          throw refuse(`${says} to be of a row that its run does not have yet`)
        const problem = rows[run.table]!.apply(run, place)
        if (problem) throw refuse(`${says} ${problem}`)
        const losesChild = run.kind === 'delete' && tables.some((child) => child.parent === run.table)
        if (losesChild || (run.kind === 'insert' && parent !== undefined))
          suspects.push({ table: run.table, number, says })
      })
    }
    for (const suspect of suspects) checkParents(suspect, tables, rows)
    return completed
  })
}

/** Adds what a script does not say: which INSERTs bring rows back, and the versions before where UPDATEs leave rows as they are. */
function complete(run: Run, rows: ScriptedRows): Run {
  if (run.kind === 'insert') return run.numbers.some((number) => number > rows.last) ? run : { ...run, again: true }
  if (run.kind === 'delete') return run
  const before = run.numbers.map((number) => rows.versionOf(number))
  return before.some((version, place) => version === run.versions[place]) ? { ...run, before } : run
}

/** Asked when the whole batch is applied: within it, a child may come before its parent. */
function checkParents(
  { table, number, says }: Suspect,
  tables: readonly CheckedTable[],
  rows: readonly ScriptedRows[],
): void {
  const { parent } = tables[table]!
  if (parent !== undefined && rows[table]!.has(number) && !rows[parent]!.has(number)) {
    throw refuse(`${says} to find row ${number} of \`${tables[parent]!.name}\` when its batch commits`)
  }
  const orphan = tables.find((child, index) => child.parent === table && rows[index]!.has(number))
  if (orphan && !rows[table]!.has(number)) {
    throw refuse(`${says} to leave no row ${number} of \`${orphan.name}\` without it when its batch commits`)
  }
}

function shown({ kind, numbers, versions }: Run, place: number, table: string): string {
  const version = versions[place] === 0 ? '' : `@${versions[place]}`
  return `${kind.toUpperCase()} ${table} ${numbers[place]}${version}`
}

function refuse(what: string): OptionsError {
  return new OptionsError(`${what}. Correct \`script\`.`)
}
