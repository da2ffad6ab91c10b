import { emptyBaseline, type PlanInput, type TableBaseline } from '../../src/plan/plan-input.js'
import { resolveMix } from '../../src/plan/mix/mix.js'
import type { Cell } from '../../src/tables/column.js'
import { Random } from '../../src/tables/random.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import type { RowContext, TableDefinition } from '../../src/tables/table-definition.js'

/** The two built-in tables as the `tables` option names them. */
const tableSets: Readonly<Record<TableSet, readonly TableDefinition[]>> = {
  both: [storeSales, storeReturns],
  sales: [storeSales],
  returns: [storeReturns],
}
export type TableSet = 'both' | 'sales' | 'returns'

type Ratio = Parameters<typeof resolveMix>[0]

/** What a test says of a plan; the rest is the default. */
export interface PlanOptions extends Partial<Omit<PlanInput, 'tables' | 'mix'>> {
  readonly tables?: TableSet | readonly TableDefinition[]
  readonly ratio?: Ratio
  /** How many rows stood in each table before, or what they were. */
  readonly foreign?: readonly (number | TableBaseline)[]
}

export function planInput(options: PlanOptions = {}): PlanInput {
  const { tables = 'both', ratio, foreign = [], ...rest } = options
  const definitions = typeof tables === 'string' ? tableSets[tables] : tables
  return {
    ...rowContext(),
    batchSize: 200,
    baselineRows: 0,
    ...rest,
    mix: resolveMix(ratio),
    tables: definitions.map((definition, index) => {
      const given = foreign[index] ?? 0
      return { definition, baseline: typeof given === 'number' ? foreignBaseline(definition, given) : given }
    }),
  }
}

export function rowContext(context: Partial<RowContext> = {}): RowContext {
  return {
    seed: 1,
    scale: 1,
    nulls: 'tpcds',
    businessDay: undefined,
    sequences: {},
    keyOf: () => [],
    rowAbove: (_table, number) => number,
    slotOf: () => 0,
    rowReferred: () => undefined,
    ...context,
  }
}

/** Rows that could have stood in a table: rows of another stream, with gaps between their keys and in no order. */
function foreignBaseline(definition: TableDefinition, count: number): TableBaseline {
  if (count === 0) return emptyBaseline
  const source = definition.rows(rowContext({ seed: 4711 }))
  const gaps = new Random(4711, 'foreign keys')
  const images: Cell[][] = []
  let key = 0
  let ticket = 0
  for (let i = 0; i < count; i++) {
    const image = Array<Cell>(definition.columns.length).fill(null)
    source.fill(image, 1 + 7 * i, 0)
    image[0] = key += 1 + gaps.at(i).below(3)
    if (i % 3 === 1) images.unshift(image)
    else images.push(image)
    ticket = Math.max(ticket, Number(image[10] ?? 0))
  }
  const sequences = definition.sequences === undefined ? {} : { ticket: ticket + 5 }
  return { maxKey: key + 10, sequences, images }
}
