import { OptionsError } from '../errors.js'
import { TableKey } from '../tables/keys/table-key.js'
import type { RowContext } from '../tables/table-definition.js'
import { familiesOf } from './families/families.js'
import type { Family } from './families/family.js'
import type { PlanInput, PlanTable } from './plan-input.js'

/** What the rows of a plan depend on. */
export type RowsInput = Pick<PlanInput, 'tables' | 'seed' | 'scale' | 'nulls' | 'businessDay'> & Partial<PlanInput>

/** What a definition asks about rows of its own table and of others. */
type Relations = Pick<RowContext, 'keyOf' | 'rowAbove' | 'slotOf' | 'rowReferred'>

/** The contexts of definitions, by the tables' order. Sequences that tables share begin above the largest value of all of them. */
export function rowContexts(
  input: RowsInput,
  families: readonly Family[] = familiesOf(input),
  sequences: RowContext['sequences'] = sharedSequences(input.tables),
): readonly RowContext[] {
  const { seed, scale, nulls, businessDay, tables } = input
  const keyOf = keysOf(tables)
  return families.map((family) =>
    Object.freeze({ seed, scale, nulls, businessDay, sequences, keyOf, ...relationsOf(family) }),
  )
}

function sharedSequences(tables: readonly PlanTable[]): Readonly<Record<string, number>> {
  const sequences: Record<string, number> = {}
  for (const { baseline } of tables) {
    for (const [name, value] of Object.entries(baseline.sequences)) {
      sequences[name] = Math.max(sequences[name] ?? 0, value)
    }
  }
  return Object.freeze(sequences)
}

function relationsOf(family: Family): Omit<Relations, 'keyOf'> {
  return {
    slotOf: (number) => family.slotOf(number),
    rowAbove(table, number) {
      let above = number
      for (let one = family; one.parent; one = one.parent) {
        above = one.parentOf(above)
        if (one.parent.table === table) return above
      }
      throw refuse(family, 'rowAbove', 'a table above it, by `parent`', table)
    },
    rowReferred(table, number, pick) {
      const other = family.refers.find((one) => one.table === table)
      if (!other) throw refuse(family, 'rowReferred', 'one of its `refers`', table)
      const reach = family.reach(other, number)
      return reach === 0 ? undefined : other.kept(1 + (pick % reach))
    },
  }
}

function refuse({ table }: Family, name: keyof Relations, expected: string, got: string): OptionsError {
  return new OptionsError(
    `Expected \`${name}\` of table \`${table}\` to be asked for ${expected}, that is among the stream's \`tables\`, got \`${got}\`. Name it in both.`,
  )
}

/** Gives the keys of the rows of some tables. */
function keysOf(tables: readonly PlanTable[]): RowContext['keyOf'] {
  const known = new Map(
    tables.map(({ definition, baseline: { maxKey } }) => [definition.name, { key: new TableKey(definition), maxKey }]),
  )
  return (table, number) => {
    const found = known.get(table)
    if (found) return found.key.cellsOf(found.maxKey + number)
    throw new OptionsError(
      `Expected \`keyOf\` to be asked for a table of the stream (${[...known.keys()].join(', ')}), got \`${table}\`. Name it among its \`tables\`.`,
    )
  }
}
