import { UNKNOWN } from './dimensions.js'

/** What a view that is kept incrementally can hold: joins and sums; no subquery, no outer join, no minimum. */
export const STORE_DAYS = `
  SELECT s_store_sk AS store, d_date_sk AS day, count(*) AS sales, sum(ss_net_paid_inc_tax) AS paid
    FROM store_sales_heap
    JOIN store ON s_store_sk = coalesce(ss_store_sk, ${UNKNOWN})
    JOIN date_dim ON d_date_sk = coalesce(ss_sold_date_sk, ${UNKNOWN})
   GROUP BY s_store_sk, d_date_sk`

/** The server keeps it in the transaction of each change, as triggers do. */
export const CREATE_INCREMENTAL = `CREATE INCREMENTAL MATERIALIZED VIEW incremental_store_days AS ${STORE_DAYS} DISTRIBUTED BY (store)`

/** The server refreshes it each minute. */
export const CREATE_DYNAMIC = `CREATE DYNAMIC TABLE dynamic_store_days SCHEDULE '* * * * *' AS ${STORE_DAYS} DISTRIBUTED BY (store)`
