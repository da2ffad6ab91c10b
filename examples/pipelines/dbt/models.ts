import type { CdcTestOptions } from 'vitest-cloudberry-cdc'
import { orders } from '../../incremental-models/src/orders.js'

// #region loads
const even: CdcTestOptions = {
  seed: 22,
  continuous: true,
  batchSize: 10,
  interval: 200,
  baseline: 100,
  tables: [orders],
}

/** What the models have to cope with. */
export const loads = {
  'orders only come': { ...even, ratio: { insert: 1 } },
  'orders change': { ...even, ratio: { insert: 60, update: 40 } },
  'some are committed late': {
    ...even,
    tables: [{ ...orders, clock: { column: 'updated_at', order: 'begin' } }], // with the stamp of their beginning
    ratio: { insert: 60, update: 40 },
    lateCommit: 0.5,
  },
  'some are deleted': { ...even, ratio: { insert: 40, update: 30, delete: 30 } },
} as const satisfies Readonly<Record<string, CdcTestOptions>>
// #endregion loads

export type LoadName = keyof typeof loads
export const loadNames = Object.keys(loads) as readonly LoadName[]

/** A table that dbt keeps. */
export interface Model {
  /** How it is kept. */
  readonly strategy: string
  readonly table: string
  /** What it has to be, after each run. */
  readonly sql: string
  readonly key: string
  /** The loads under which it is not. */
  readonly wrong: readonly LoadName[]
}

const TAXED = 'SELECT id, customer, status, round(amount * 1.19, 2) AS gross, updated_at FROM orders'

// #region models
export const models: readonly Model[] = [
  {
    strategy: 'append, above the watermark',
    table: 'order_log',
    sql: TAXED,
    key: 'id',
    wrong: ['orders change', 'some are committed late', 'some are deleted'],
  },
  {
    strategy: 'merge, above the watermark',
    table: 'taxed_orders',
    sql: TAXED,
    key: 'id',
    wrong: ['some are committed late', 'some are deleted'],
  },
  {
    strategy: 'merge, with a lookback',
    table: 'taxed_orders_back',
    sql: TAXED,
    key: 'id',
    wrong: ['some are deleted'],
  },
  {
    strategy: 'delete+insert, with a lookback',
    table: 'customer_totals',
    sql: `SELECT customer, count(*) AS orders, sum(amount) AS amount, max(updated_at) AS as_of FROM orders GROUP BY customer`,
    key: 'customer',
    wrong: ['some are deleted'],
  },
]
// #endregion models
