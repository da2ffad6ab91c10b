import { OptionsError } from '../errors.js'
import type { TableDefinition } from '../tables/table-definition.js'
import type { GivenStart } from '../options/replay-options.js'

/**
 * The tables that change: all of the stream's, or those that a script or a token names, in its order.
 *
 * @throws OptionsError when the script or token does not fit the definitions
 */
export function fitTables(
  definitions: readonly TableDefinition[],
  start: GivenStart | undefined,
): readonly TableDefinition[] {
  if (!start) return definitions
  const names = start.tables.map(({ name }) => name)
  return start.tables.map(({ name, parent }, index) => {
    const found = definitions.find((definition) => definition.name === name)
    if (!found) {
      const known = definitions.map((definition) => definition.name).join(', ')
      throw new OptionsError(`Expected a script for tables of the stream (${known}), got one for \`${name}\`.`)
    }
    const defined = found.parent && names.includes(found.parent.table) ? found.parent.table : undefined
    if (parent !== defined) {
      throw new OptionsError(
        `Expected the script to have ${defined ? `\`${defined}\` as` : 'no'} parent of \`${name}\`, got ${parent ? `\`${parent}\`` : 'none'}.`,
      )
    }
    const { images } = start.baseline[index]!
    const odd = images.find((image) => image.length !== found.columns.length)
    if (!odd) return found
    throw new OptionsError(
      `Expected the rows that stood in \`${name}\` before to have ${found.columns.length} columns, got one with ${odd.length}.`,
    )
  })
}
