import { UNKNOWN } from './dimensions.js'

/** What a summary is: a query over the tables. How it is kept up to date is the matter of the jobs. */
export interface Summary {
  readonly table: string
  readonly sql: string
  /** The columns that tell its rows apart. */
  readonly key: readonly string[]
}

// #region daily
/** What each store sold on a day and took back on it; a sale without a store or a day is in it as well. */
export const dailyPerformance: Summary = {
  table: 'daily_performance',
  sql: `
    SELECT s_store_sk AS store, d_date_sk AS day, min(s_store_name) AS store_name, min(d_date) AS date,
           sum(sales) AS sales, coalesce(sum(quantity), 0) AS quantity,
           coalesce(sum(paid), 0.00) AS paid, coalesce(sum(profit), 0.00) AS profit
      FROM (
        SELECT ss_store_sk AS store, ss_sold_date_sk AS day,
               1 AS sales, ss_quantity AS quantity, ss_net_paid_inc_tax AS paid, ss_net_profit AS profit
          FROM store_sales_heap
        UNION ALL
        SELECT sr_store_sk, sr_returned_date_sk, 0, -sr_return_quantity, -sr_return_amt_inc_tax, -sr_net_loss
          FROM store_returns_heap
      ) AS moves
      JOIN store ON s_store_sk = coalesce(moves.store, ${UNKNOWN})
      JOIN date_dim ON d_date_sk = coalesce(moves.day, ${UNKNOWN})
     GROUP BY s_store_sk, d_date_sk`,
  key: ['store', 'day'],
}
// #endregion daily

/** The cheapest and the dearest sale of each store. */
export const priceRange: Summary = {
  table: 'price_range',
  sql: `
    SELECT coalesce(ss_store_sk, ${UNKNOWN}) AS store, min(ss_sales_price) AS lowest, max(ss_sales_price) AS highest
      FROM store_sales_heap
     GROUP BY 1`,
  key: ['store'],
}

/** What a store has sold so far, sale by sale. */
export const runningTotal: Summary = {
  table: 'running_total',
  sql: `
    SELECT ss_id AS sale, coalesce(ss_store_sk, ${UNKNOWN}) AS store,
           sum(ss_net_paid) OVER (PARTITION BY ss_store_sk ORDER BY ss_id) AS so_far
      FROM store_sales_heap`,
  key: ['sale'],
}

/** Each sale with what came back of it; most have no return. */
export const kept: Summary = {
  table: 'kept',
  sql: `
    SELECT ss_id AS sale, ss_quantity - coalesce(sr_return_quantity, 0) AS quantity
      FROM store_sales_heap
      LEFT JOIN store_returns_heap ON sr_ticket_number = ss_ticket_number AND sr_item_sk = ss_item_sk`,
  key: ['sale'],
}

/** Makes the empty table that a job fills with a summary. */
export function createTable({ table, sql, key }: Summary): string {
  return `CREATE TABLE ${table} AS ${sql} WITH NO DATA; ALTER TABLE ${table} ADD PRIMARY KEY (${key.join(', ')})`
}
