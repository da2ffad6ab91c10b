import { OptionsError, TargetError } from '../errors.js'
import type { PlanInput } from '../plan/plan-input.js'
import { familiesOf } from '../plan/families/families.js'
import { rowContexts } from '../plan/row-context.js'
import { expectedCell } from '../tables/expected-cell.js'
import { storeReturns } from '../tables/store-returns.js'
import { storeSales } from '../tables/store-sales.js'
import { showValue } from '../tables/show-value.js'
import { isNeverUpdated } from '../tables/never-updated.js'
import { keyNames } from '../tables/keys/key-column.js'
import { TableKey } from '../tables/keys/table-key.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { textLimit } from './column-fit.js'
import type { ColumnShape } from '../database/table-shape.js'
import { cellName, computeSamples, type RowSample, sampleRows } from '../options/row-samples.js'

/** What tells which changes may come, and what their rows are made of. */
export type CheckedPlan = Pick<PlanInput, 'tables' | 'seed' | 'scale' | 'nulls' | 'businessDay' | 'mix' | 'script'>

const ours = [storeSales, storeReturns]

/** Whether a definition is somebody else's: copies of ours keep the function that makes their rows. */
export function isOwn(definition: TableDefinition): boolean {
  // oxlint-disable-next-line typescript/unbound-method
  return !ours.some(({ rows }) => rows === definition.rows)
}

/**
 * Computes some rows of every table of the user's own, before anything is written, and checks that a stream can be made
 * of them.
 *
 * @param columns what the database has, by the tables' order; none without a database
 * @throws OptionsError that names the cell, what was expected and what to do
 * @throws TargetError for a value that its definition allows and the database does not
 */
export function checkRows(plan: CheckedPlan, columns: readonly (readonly ColumnShape[])[] = []): void {
  const definitions = plan.tables.map(({ definition }) => definition)
  if (!definitions.some(isOwn)) return
  const families = familiesOf(plan)
  const contexts = rowContexts(plan, families)
  const samples = new Map<string, readonly RowSample[]>()
  for (const [index, { definition, baseline }] of plan.tables.entries()) {
    const rows = sampleRows(definition, contexts[index]!, baseline.maxKey, families[index]!)
    samples.set(definition.name, rows)
    if (!isOwn(definition)) continue
    for (const row of rows) checkCells(definition, row)
    checkVersions(definition, rows, updates(plan, index))
    checkFit(definition, rows, columns[index] ?? [])
  }
  for (const [index, { definition }] of plan.tables.entries()) {
    const parent = plan.tables.findIndex((table) => table.definition.name === definition.parent?.table)
    if (parent < 0 || !isOwn(definition)) continue
    const { definition: above, baseline } = plan.tables[parent]!
    const rows = samples.get(definition.name) ?? []
    const parentOf = (number: number): number => families[index]!.parentOf(number)
    const places = rows.map(({ number, version }) => ({ number: parentOf(number), version }))
    const parents = computeSamples(above, contexts[parent]!, baseline.maxKey, places)
    checkLinks(definition, above, rows, parents)
  }
}

/** Whether an UPDATE of this table can come. */
function updates({ tables, mix, script }: CheckedPlan, table: number): boolean {
  if (script) return script.some((batch) => batch.some((run) => run.kind === 'update' && run.table === table))
  return (mix.kind === 'windows' || mix.update > 0) && !isNeverUpdated(tables[table]!.definition)
}

function checkCells(definition: TableDefinition, { number, version, cells }: RowSample): void {
  const key = new TableKey(definition)
  definition.columns.forEach((column, index) => {
    const cell = cells[index]
    if (!key.has(index) && cell === undefined) {
      const todo = `Write cells[${index}] in \`fill\`, for every number and version; null is NULL.`
      throw new OptionsError(`Expected ${cellName(definition, index, number, version)} to be set, got nothing. ${todo}`)
    }
    const expected = expectedCell(column, cell)
    if (expected === undefined) return
    const where = cellName(definition, index, number, version)
    throw new OptionsError(
      `Expected ${where} to be ${expected}, got ${showValue(cell)}. Correct \`fill\` or the column's type.`,
    )
  })
}

/** An UPDATE changes columns that say so, and something at all. */
function checkVersions(definition: TableDefinition, rows: readonly RowSample[], updated: boolean): void {
  const { name, columns } = definition
  const recomputed = columns.flatMap((column, index) => (column.recomputed ? [index] : []))
  if (updated && recomputed.length === 0) {
    throw new OptionsError(
      `Expected a column of \`${name}\` to be \`recomputed\`, because UPDATEs set those, got none. Mark one that \`fill\` computes from the version, or say \`recomputed: false\` of all of them: then its rows come and go, and none is updated.`,
    )
  }
  let changed = false
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1]
    const { number, version, cells } = row
    if (before?.number !== number) continue
    columns.forEach((column, at) => {
      if (column.recomputed || Object.is(cells[at], before.cells[at])) return
      throw new OptionsError(
        `Expected ${cellName(definition, at, number, version)} to be as in version ${before.version}, because it is not \`recomputed\`, got ${showValue(cells[at])} instead of ${showValue(before.cells[at])}. Set \`recomputed: true\`, or compute it from the number alone.`,
      )
    })
    changed ||= recomputed.some((at) => !Object.is(cells[at], before.cells[at]))
  }
  if (changed || !updated) return
  const names = recomputed.map((index) => columns[index]!.name).join(', ')
  throw new OptionsError(
    `Expected an UPDATE of \`${name}\` to change ${names}, got the same values in every version. Let \`fill\` compute them from the version, too.`,
  )
}

function checkFit(definition: TableDefinition, rows: readonly RowSample[], actual: readonly ColumnShape[]): void {
  const shapes = definition.columns.map(({ name }) => actual.find((column) => column.name === name))
  for (const { number, version, cells } of rows) {
    shapes.forEach((shape, index) => {
      const expected = shape && expectedOf(shape, cells[index])
      if (expected === undefined) return
      const where = cellName(definition, index, number, version)
      throw new TargetError(
        `Expected ${where} to ${expected}, got ${showValue(cells[index])}. Correct \`fill\`, or alter the column.`,
      )
    })
  }
}

function expectedOf({ type, notNull }: ColumnShape, cell: unknown): string | undefined {
  if (cell === null) return notNull ? 'have a value, because the column is NOT NULL' : undefined
  const limit = textLimit(type)
  if (limit === undefined || typeof cell !== 'string') return undefined
  const { length } = Array.from(cell)
  if (length > limit.most) return `have at most ${limit.most} characters, because the column is ${type}`
  if (!limit.padded || (length === limit.most && !cell.endsWith(' '))) return undefined
  return `have ${limit.most} characters and no blank at the end, because the column is ${type}, which pads with blanks`
}

/**
 * Checks that the rows of a table belong to those of its parent, by the columns that link them.
 *
 * @param parents of the rows, in their order
 * @throws OptionsError that names the first cell which does not
 */
function checkLinks(
  definition: TableDefinition,
  parentTable: TableDefinition,
  rows: readonly RowSample[],
  parents: readonly RowSample[],
): void {
  const { name, parent } = definition
  const isPlain = (parent?.most ?? 1) === 1
  for (const [own, theirs] of Object.entries(parent?.on ?? {})) {
    const column = definition.columns.findIndex((one) => one.name === own)
    const parentColumn = parentTable.columns.findIndex((one) => one.name === theirs)
    rows.forEach(({ number, version, cells }, index) => {
      const above = parents[index]!
      const [cell, parentCell] = [cells[column], above.cells[parentColumn]]
      if (cell === null || Object.is(cell, parentCell)) return
      const isKey = keyNames(parentTable).includes(theirs)
      const counts = parentTable.key === theirs && parentColumn === 0 && typeof parentCell === 'number'
      const row = isPlain ? 'number' : `rowAbove('${parentTable.name}', number)`
      const todo =
        isKey && !(counts && isPlain)
          ? `Take it from \`keyOf('${parentTable.name}', ${row})\` of the context.`
          : isKey
            ? `Name \`${theirs}\` of \`${parentTable.name}\` and \`${own}\` of \`${name}\` among their \`sequences\` by one name x, and write \`sequences.x + number\`.`
            : 'Compute both alike.'
      throw new OptionsError(
        `Expected ${cellName(definition, column, number, version)} to be \`${theirs}\` of row ${above.number} of \`${parentTable.name}\`, its parent, got ${showValue(cell)} instead of ${showValue(parentCell)}. ${todo}`,
      )
    })
  }
}
