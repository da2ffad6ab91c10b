import type { Cell, Column } from '../tables/column.js'
import { TargetError } from '../errors.js'
import { planRows } from '../plan/table-rows.js'
import { dayText } from '../tables/julian-day.js'
import { showValue } from '../tables/show-value.js'
import { typeOf } from '../tables/types/cell-types.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { type CheckedPlan, isOwn } from './check-rows.js'
import type { Partitions } from '../database/table-shape.js'

/** So many rows have a NULL in each column that takes some, and most of the values of a column that has few. */
const MOST_SAMPLED = 2_000

/**
 * Computes the first rows of partitioned tables, and looks whether there is a partition for each of them: a stream would
 * end in the middle otherwise.
 *
 * @param partitions by the tables' order; undefined for one that has none
 * @param most how many rows can come
 * @throws TargetError that names the value, and what to do
 */
export function checkPartitions(
  plan: CheckedPlan,
  partitions: readonly (Partitions | undefined)[],
  schema: string,
  most: number,
): void {
  for (const [index, rows] of planRows(plan).entries()) {
    const { definition } = rows
    const found = partitions[index]
    const at = definition.columns.findIndex(({ name }) => name === found?.column)
    const hasPartition = found && at >= 0 ? partitionTest(found, definition.columns[at]!.type) : undefined
    if (!found || !hasPartition) continue
    // How far the keys and the clock will get depends on the changes.
    const grows = at === rows.key.counter?.index || definition.columns[at]!.name === definition.clock?.column
    const last = Math.min(grows ? 1 : MOST_SAMPLED, most, rows.mostRows)
    for (let number = 1; number <= last; number++) {
      const cell = rows.load(number, 0)[at]!
      if (!hasPartition(cell)) throw lacksPartition(definition, found, cell, schema)
    }
  }
}

function lacksPartition(
  definition: TableDefinition,
  { column, bounds }: Partitions,
  cell: Cell,
  schema: string,
): TargetError {
  const table = `${schema}.${definition.name}`
  const some = bounds.slice(0, 2).map((bound) => bound.replace('FOR VALUES ', ''))
  const there = bounds.length === 0 ? 'no partition' : `${bounds.length} partitions, such as ${some.join(' and ')}`
  return new TargetError(
    `Expected \`${table}\` to have a partition for every value of \`${column}\`, got none for ${showValue(cell)} among ${there}. ` +
      `${adviceFor(definition, bounds, cell)} A DEFAULT partition takes what no other does.`,
  )
}

function adviceFor(definition: TableDefinition, bounds: readonly string[], cell: Cell): string {
  if (cell === null) {
    return isOwn(definition)
      ? 'Say `nullable: false` of the column, and fill it.'
      : "Leave NULLs out with --nulls none (`nulls: 'none'`)."
  }
  if (isOwn(definition)) return 'Let `fill` keep to them.'
  const day = Number(/^FOR VALUES (?:FROM|IN) \('?(\d{7})\b/.exec(bounds[0] ?? '')?.[1])
  const example = Number.isNaN(day) ? '' : ` ${dayText(day)}`
  return `Choose the day of the sales with --business-date${example} (\`businessDate\`); returns come up to 180 days later.`
}

/** Whether there is a partition for a value. */
type HasPartition = (cell: Cell) => boolean

const RANGE = /^FOR VALUES FROM \((.+)\) TO \((.+)\)$/
const LIST = /^FOR VALUES IN \((.*)\)$/

/** Tells for which values there is a partition; undefined where there is one for each, or where that cannot be told here. */
export function partitionTest(
  { strategy, column, hasDefault, bounds }: Partitions,
  type: Column['type'],
): HasPartition | undefined {
  if (hasDefault || column === null || strategy === 'hash') return undefined
  const tests = bounds.map(strategy === 'range' ? rangeTest(type) : listTest(type))
  if (!tests.every((test) => test !== undefined)) return undefined
  return (cell) => tests.some((test) => test(cell))
}

const rangeTest =
  (type: Column['type']) =>
  (bound: string): HasPartition | undefined => {
    const [, from = '', to = ''] = RANGE.exec(bound) ?? []
    const [first, end] = [limitOf(from, type), limitOf(to, type)]
    if (first === undefined || end === undefined) return undefined
    // MINVALUE and MAXVALUE take no NULL either.
    return (cell) => cell !== null && (first === null || cell >= first) && (end === null || cell < end)
  }

const listTest =
  (type: Column['type']) =>
  (bound: string): HasPartition | undefined => {
    const inside = LIST.exec(bound)?.[1]
    if (inside === undefined) return undefined
    const values = [...inside.matchAll(/'(?:[^']|'')*'|[^\s,]+/g)].map(([text]) =>
      text === 'NULL' ? null : valueOf(text, type),
    )
    return values.includes(undefined) ? undefined : (cell) => values.includes(cell)
  }

/** Null where there is none, undefined where it cannot be read. */
function limitOf(text: string, type: Column['type']): Cell | undefined {
  if (text === 'MINVALUE' || text === 'MAXVALUE') return null
  // Texts are compared as their collation says.
  return typeOf(type).isOrdered ? valueOf(text, type) : undefined
}

function valueOf(quoted: string, type: Column['type']): Cell | undefined {
  const text = quoted.startsWith("'") ? quoted.slice(1, -1).replaceAll("''", "'") : quoted
  const cell = typeOf(type).reader(type)(text)
  return typeOf(type).expected(cell, type) === undefined ? cell : undefined
}
