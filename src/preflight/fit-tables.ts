import { OptionsError } from '../errors.js'
import type { GivenStart } from '../options/replay-options.js'
import { completeLink, type Link } from '../plan/families/family.js'
import type { PlanTable, TableBaseline } from '../plan/plan-input.js'
import type { Cell } from '../tables/column.js'
import { keyText, TableKey } from '../tables/keys/table-key.js'
import type { TableDefinition } from '../tables/table-definition.js'

/**
 * The tables that change: all of the stream's, or those that a script or a token names, in its order.
 *
 * @throws OptionsError when the script or token does not fit the definitions
 */
export function fitTables(
  definitions: readonly TableDefinition[],
  start: GivenStart | undefined,
): readonly TableDefinition[] {
  return start ? givenTables(definitions, start).map(({ definition }) => definition) : definitions
}

/**
 * The tables that a script or a token names, with what it says of them.
 *
 * @throws OptionsError when it does not fit the definitions
 */
export function givenTables(definitions: readonly TableDefinition[], { tables }: GivenStart): PlanTable[] {
  const names = tables.map(({ name }) => name)
  return tables.map(({ name, parent, link, refers, baseline }) => {
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
    const own = (found.refers ?? []).filter((other) => names.includes(other))
    const [due, got] = [completeLink((defined && found.parent) || {}), link ?? completeLink({})]
    const differs = link && (due.most !== got.most || due.least !== got.least || due.skew !== got.skew)
    if (differs || (refers && refers.join() !== own.join())) {
      const words = ({ most, least, skew }: Link, others: readonly string[]): string =>
        `${least} to ${most} children (skew ${skew}) and refers to ${others.join(', ') || 'none'}`
      throw new OptionsError(
        `Expected the script to be of \`${name}\` with ${words(due, own)}, got ${words(got, refers ?? own)}. Use the definition that it was made with.`,
      )
    }
    const odd = baseline.images.find((image) => image.length !== found.columns.length)
    if (odd) {
      throw new OptionsError(
        `Expected the rows that stood in \`${name}\` before to have ${found.columns.length} columns, got one with ${odd.length}.`,
      )
    }
    expectKeys(found, baseline)
    return { definition: found, baseline }
  })
}

/** Of rows that stood there before, no key is one that the stream gives to its own. */
function expectKeys(definition: TableDefinition, { images, maxKey }: TableBaseline): void {
  const key = new TableKey(definition)
  const isOdd = (image: readonly Cell[]): boolean => {
    const ordinal = key.ordinalOf(key.of(image))
    return ordinal === undefined ? key.isTotal || key.of(image).includes(null) : ordinal > maxKey
  }
  const odd = images.find(isOdd)
  if (!odd) return
  throw new OptionsError(
    `Expected the rows that stood in \`${definition.name}\` before to have keys up to ${maxKey}, got \`${keyText(key.of(odd))}\`.`,
  )
}
