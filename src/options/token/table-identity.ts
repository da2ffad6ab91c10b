import { createHash } from 'node:crypto'
import { OptionsError } from '../../errors.js'
import { emptyBaseline, type PlanTable } from '../../plan/plan-input.js'
import { familiesOf } from '../../plan/families/families.js'
import { rowContexts } from '../../plan/row-context.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import type { ResolvedOptions } from '../resolve-options.js'
import { computeSamples, placesOf } from '../row-samples.js'
import type { TokenTable } from './token.js'

type RowOptions = Pick<ResolvedOptions, 'streamSeed' | 'scale' | 'nulls' | 'businessDay'>

/**
 * A hash of what a table's changes are made of: its columns, and rows as they are computed. The text of its code plays no
 * part: another way to compute the same rows is the same table, and a function that it calls and that changed is not.
 */
export function tableIdentity(
  definition: TableDefinition,
  options: RowOptions,
  tables: readonly TableDefinition[] = [definition],
): string {
  const { name, key, columns, parent, refers, clock, sequences = {} } = definition
  const { streamSeed: seed, scale, nulls, businessDay } = options
  const none = Object.fromEntries(Object.keys(sequences).map((sequence) => [sequence, 0]))
  const input = { seed, scale, nulls, businessDay, tables: tables.map(withoutRows) }
  const families = familiesOf(input)
  const index = tables.indexOf(definition)
  const places = placesOf(definition, 0, families[index]!)
  const rows = computeSamples(definition, rowContexts(input, families, none)[index]!, 0, places)
  const content = JSON.stringify(
    { name, key, columns, parent, refers, sequences, clock, rows: rows.map(({ cells }) => cells) },
    exactly,
  )
  return createHash('sha256').update(content).digest('base64url').slice(0, 12)
}

/** @throws OptionsError that names the table whose rows are no longer those that the token was made with */
export function expectSameTables(
  tables: readonly TableDefinition[],
  given: readonly Pick<TokenTable, 'name' | 'identity'>[],
  options: RowOptions,
): void {
  const changed = tables.find((definition) => {
    const identity = given.find(({ name }) => name === definition.name)?.identity
    return identity !== undefined && identity !== tableIdentity(definition, options, tables)
  })
  if (!changed) return
  throw new OptionsError(
    `Expected \`${changed.name}\` to have the rows that the token was made with, got other columns or values. ` +
      'Use the definition of that run, or make a new token.',
  )
}

const withoutRows = (definition: TableDefinition): PlanTable => ({ definition, baseline: emptyBaseline })

/** JSON has no word for these. */
function exactly(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)) ? String(value) : value
}
