import { createHash } from 'node:crypto'
import { OptionsError } from '../../errors.js'
import { emptyBaseline } from '../../plan/plan-input.js'
import { keysOf } from '../../plan/table-rows.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import type { ResolvedOptions } from '../resolve-options.js'
import { computeSamples } from '../row-samples.js'
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
  const { name, key, columns, parent, clock, sequences = {} } = definition
  const { streamSeed: seed, scale, nulls, businessDay } = options
  const none = Object.fromEntries(Object.keys(sequences).map((sequence) => [sequence, 0]))
  const keyOf = keysOf(tables.map((table) => ({ definition: table, baseline: emptyBaseline })))
  const rows = computeSamples(definition, { seed, scale, nulls, businessDay, sequences: none, keyOf }, 0)
  const content = JSON.stringify(
    { name, key, columns, parent, sequences, clock, rows: rows.map(({ cells }) => cells) },
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

/** JSON has no word for these. */
function exactly(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)) ? String(value) : value
}
