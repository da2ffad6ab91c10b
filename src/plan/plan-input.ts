import { OptionsError } from '../errors.js'
import type { Cell } from '../tables/column.js'
import { TableKey } from '../tables/keys/table-key.js'
import type { RowSetting } from '../tables/row-options.js'
import type { RowContext, TableDefinition } from '../tables/table-definition.js'
import type { Run } from './batch.js'
import type { Hazards } from './mix/hazards.js'
import type { Mix } from './mix/mix.js'
import type { Overlap } from './overlap/overlap.js'
import type { Shard } from './shard.js'

/** What stood in a table before the stream, as far as the stream takes it into account. */
export interface TableBaseline {
  /**
   * The largest ordinal of a key: of an integer, the largest key. 0 for an empty table. What is above it is the
   * stream's.
   */
  readonly maxKey: number
  /** The largest value of each sequence of the definition. */
  readonly sequences: Readonly<Record<string, number>>
  /** Rows that take part in UPDATEs and DELETEs, all columns in the order of the definition. */
  readonly images: readonly (readonly Cell[])[]
}

/** A table of a plan. */
export interface PlanTable {
  readonly definition: TableDefinition
  readonly baseline: TableBaseline
}

/** All that the changes of a stream follow from. The same input gives the same batches, byte for byte. */
export interface PlanInput extends RowSetting, Pick<RowContext, 'seed'> {
  /** Parents come before their children. */
  readonly tables: readonly PlanTable[]
  readonly batchSize: number
  readonly mix: Mix
  /** None where undefined. */
  readonly hazards?: Hazards | undefined
  /** None where undefined. */
  readonly overlap?: Overlap | undefined
  /** One that has to keep to its own numbers. None where undefined. */
  readonly shard?: Shard | undefined
  /** Rows 1 … n of every table that are written as commit 0. */
  readonly baselineRows: number
  /** The runs of every batch, for changes that are given instead of planned. */
  readonly script?: readonly (readonly Run[])[] | undefined
}

/** The number of the rules by which changes follow from a plan's input. It changes only in a major version. */
export const PLAN_FORMAT = 1

/** Room for all shards, whatever the base is. */
const LEAST_WIDE = 2 ** 47

/** The baseline of a table that was empty. */
export const emptyBaseline: TableBaseline = Object.freeze({ maxKey: 0, sequences: {}, images: [] })

/**
 * What stands in a table before a stream whose numbers begin above a given one.
 *
 * @throws OptionsError for a column that is too narrow for them
 */
export function baselineAbove(
  definition: TableDefinition,
  above: number,
  images: TableBaseline['images'] = [],
): TableBaseline {
  const { name: table, columns, sequences = {} } = definition
  const { most, counter, spread } = new TableKey(definition)
  const isWide = most >= LEAST_WIDE
  const counting = [
    ...(isWide || counter?.form.shape.kind !== 'count' ? [] : [counter.name]),
    ...Object.values(sequences),
  ]
  const narrow = columns.find(({ name, type }) => /^int[24]$/.test(type) && counting.includes(name))
  if (!isWide && !narrow) {
    throw new OptionsError(
      `Expected the key of \`${table}\` to have room for large numbers, because \`shard\` and \`base\` give it some, got ${most} keys in all. Widen it, or leave them out.`,
    )
  }
  if (narrow) {
    throw new OptionsError(
      `Expected \`${table}.${narrow.name}\` to be int8, because \`shard\` and \`base\` give it large numbers, got ${narrow.type}. Widen it, or leave them out.`,
    )
  }
  const names = Object.keys(sequences)
  return { maxKey: above * spread, sequences: Object.fromEntries(names.map((name) => [name, above])), images }
}
