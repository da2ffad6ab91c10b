import type { OrderLoad } from '../support/order-loads.js'

/** A table that dbt keeps. */
export interface Model {
  /** How it is kept. */
  readonly strategy: string
  readonly table: string
  /** What it has to be, after each run. */
  readonly sql: string
  readonly key: string
  /** The loads under which it is not. */
  readonly wrong: readonly OrderLoad[]
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
