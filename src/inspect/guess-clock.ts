import type { CatalogColumn, CatalogTable } from './catalog-table.js'
import type { TableChecks } from './column-checks.js'

const CHANGED = 'updated?|modified|modification|changed?'
const WHEN = 'at|on|time|date|ts|timestamp|datetime'
const NAMES = new RegExp(
  `^(?:(?:last_)?(?:${CHANGED})(?:_(?:${WHEN}))*(?:_utc)?|(?:date|time|timestamp)_(?:last_)?(?:${CHANGED})|mtime)$`,
)

/** Whether a column is called like the time of a row's last change, and can hold it: `updated_at`, `lastModified` … */
function isCalledClock({ name, base, generated }: CatalogColumn): boolean {
  const words = name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()
  return NAMES.test(words) && base.startsWith('timestamp') && !base.endsWith('[]') && !generated
}

/** The column that says when a row was changed last, as its name and type tell; undefined where there is none. */
export function guessClock(table: CatalogTable, checks: TableChecks): string | undefined {
  const { columns, constraints, oddIndexes, hasRowTriggers } = table
  const isTied = (name: string): boolean =>
    checks.fixed.has(name) ||
    checks.orders.some(({ lower, upper }) => lower === name || upper === name) ||
    [...constraints.filter(({ kind }) => kind !== 'check'), ...oddIndexes].some((one) => one.columns.includes(name))
  if (hasRowTriggers) return undefined
  return columns.find((column) => isCalledClock(column) && !isTied(column.name))?.name
}

/** Whether a trigger most likely sets a column to the time of the change, so that no row knows it. */
export function isStampedByTrigger(table: CatalogTable, column: CatalogColumn): boolean {
  return table.hasRowTriggers && isCalledClock(column) && (!column.notNull || column.expression !== null)
}
