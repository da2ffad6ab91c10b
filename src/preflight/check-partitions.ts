import { TargetError } from '../errors.js'
import { planRows } from '../plan/table-rows.js'
import type { Cell } from '../tables/column.js'
import { dayText } from '../tables/julian-day.js'
import { showValue } from '../tables/show-value.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { type Partitions, partitionTest } from './partitions.js'
import { type CheckedPlan, isOwn } from './check-rows.js'

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
    const last =
      at === 0 || definition.columns[at]!.name === definition.clock?.column ? 1 : Math.min(MOST_SAMPLED, most)
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
