import { OptionsError } from '../errors.js'
import { showValue } from '../tables/show-value.js'
import { keyNames } from '../tables/keys/key-column.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { cellName, type RowSample } from '../options/row-samples.js'

/**
 * Checks that row n of a table belongs to row n of its parent, by the columns that link them.
 *
 * @throws OptionsError that names the first cell which does not
 */
export function checkLinks(
  definition: TableDefinition,
  tables: readonly TableDefinition[],
  samples: ReadonlyMap<string, readonly RowSample[]>,
): void {
  const { name, parent } = definition
  const parentTable = tables.find((table) => table.name === parent?.table)
  if (!parent || !parentTable) return
  const [rows, parents] = [samples.get(name) ?? [], samples.get(parentTable.name) ?? []]
  for (const [own, theirs] of Object.entries(parent.on)) {
    const column = definition.columns.findIndex((one) => one.name === own)
    const parentColumn = parentTable.columns.findIndex((one) => one.name === theirs)
    rows.forEach(({ number, version, cells }, index) => {
      const [cell, parentCell] = [cells[column], parents[index]!.cells[parentColumn]]
      if (cell === null || Object.is(cell, parentCell)) return
      const isKey = keyNames(parentTable).includes(theirs)
      const counts = parentTable.key === theirs && parentColumn === 0 && typeof parentCell === 'number'
      const todo =
        isKey && !counts
          ? `Take it from \`keyOf('${parent.table}', number)\` of the context.`
          : isKey
            ? `Name \`${theirs}\` of \`${parent.table}\` and \`${own}\` of \`${name}\` among their \`sequences\` by one name x, and write \`sequences.x + number\`.`
            : 'Compute both alike.'
      throw new OptionsError(
        `Expected ${cellName(definition, column, number, version)} to be \`${theirs}\` of row ${number} of \`${parent.table}\`, its parent, got ${showValue(cell)} instead of ${showValue(parentCell)}. ${todo}`,
      )
    })
  }
}
