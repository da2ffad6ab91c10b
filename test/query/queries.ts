/** Dimensions that stand still, and views over what moves. */
export const DIMENSIONS = `
  CREATE TABLE store (s_store_sk int PRIMARY KEY, s_state text NOT NULL);
  INSERT INTO store SELECT n, CASE n % 3 WHEN 0 THEN 'TN' WHEN 1 THEN 'CA' ELSE 'NY' END FROM generate_series(1, 12) AS n;
  CREATE VIEW sold AS SELECT ss_store_sk, ss_item_sk, ss_ticket_number, ss_net_paid FROM store_sales_heap;
  CREATE VIEW sold_by_store AS SELECT ss_store_sk AS store, count(*) AS sales, sum(ss_net_paid) AS paid FROM sold GROUP BY 1;
  CREATE FUNCTION cents(amount numeric) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT (amount * 100)::bigint'`

/** A query with what tells its rows apart. */
export interface NamedQuery {
  readonly sql: string
  readonly key?: string | readonly string[]
  readonly params?: readonly unknown[]
}

/** The kinds of query that jobs keep the result of. */
export const queries: Readonly<Record<string, NamedQuery>> = {
  'the daily performance of stores: sales, returns, dimensions': {
    sql: `WITH sold AS (
            SELECT ss_sold_date_sk AS day, ss_store_sk AS store, count(*) AS sales, sum(ss_net_paid) AS paid, sum(ss_net_profit) AS profit
              FROM store_sales_heap GROUP BY 1, 2),
          back AS (
            SELECT ss_sold_date_sk AS day, ss_store_sk AS store, count(*) AS returns, sum(sr_return_amt) AS returned
              FROM store_returns_heap JOIN store_sales_heap ON sr_ticket_number = ss_ticket_number AND sr_item_sk = ss_item_sk GROUP BY 1, 2)
          SELECT day, store, s_state, sales, paid, profit, coalesce(returns, 0) AS returns, coalesce(returned, 0) AS returned
            FROM sold LEFT JOIN back USING (day, store) LEFT JOIN store ON s_store_sk = store`,
    key: ['day', 'store'],
  },
  'all rows': { sql: 'SELECT * FROM store_sales_heap', key: 'ss_id' },
  'a count': { sql: 'SELECT count(*) FROM store_sales_heap' },
  'groups, with a filter on their sums': {
    sql: 'SELECT ss_store_sk, sum(ss_quantity) AS pieces FROM store_sales_heap GROUP BY 1 HAVING sum(ss_quantity) > 50',
    key: 'ss_store_sk',
  },
  'least and greatest': {
    sql: 'SELECT ss_store_sk, min(ss_net_paid) AS least, max(ss_net_paid) AS most FROM store_sales_heap GROUP BY 1',
    key: 'ss_store_sk',
  },
  'an average': {
    sql: 'SELECT ss_promo_sk, avg(ss_sales_price) AS price FROM store_sales_heap GROUP BY 1',
    key: 'ss_promo_sk',
  },
  'distinct values': { sql: 'SELECT DISTINCT ss_store_sk FROM store_sales_heap', key: 'ss_store_sk' },
  'distinct on': {
    sql: 'SELECT DISTINCT ON (ss_store_sk) ss_store_sk, ss_id, ss_net_paid FROM store_sales_heap ORDER BY ss_store_sk, ss_net_paid DESC NULLS LAST, ss_id',
    key: 'ss_store_sk',
  },
  'an outer join': {
    sql: 'SELECT ss_id, sr_id FROM store_sales_heap LEFT JOIN store_returns_heap ON sr_ticket_number = ss_ticket_number AND sr_item_sk = ss_item_sk',
    key: 'ss_id',
  },
  'a full join with a dimension': {
    sql: 'SELECT s_store_sk, s_state, count(ss_id) AS sales FROM store FULL JOIN store_sales_heap ON s_store_sk = ss_store_sk GROUP BY 1, 2',
    key: ['s_store_sk', 's_state'],
  },
  'what was not returned often': {
    sql: 'SELECT ss_id FROM store_sales_heap WHERE NOT EXISTS (SELECT FROM store_returns_heap WHERE sr_ticket_number = ss_ticket_number AND sr_item_sk = ss_item_sk AND sr_return_quantity > 20)',
    key: 'ss_id',
  },
  'a rank': {
    sql: 'SELECT ss_id, rank() OVER (PARTITION BY ss_store_sk ORDER BY ss_net_paid DESC) AS place FROM store_sales_heap',
    key: 'ss_id',
  },
  'a running total': {
    sql: 'SELECT ss_id, sum(ss_net_paid) OVER (PARTITION BY ss_store_sk ORDER BY ss_id) AS so_far FROM store_sales_heap',
    key: 'ss_id',
  },
  'the one before': {
    sql: 'SELECT ss_id, lag(ss_quantity) OVER (ORDER BY ss_id) AS before FROM store_sales_heap',
    key: 'ss_id',
  },
  'the first ten': {
    sql: 'SELECT ss_id, ss_net_profit FROM store_sales_heap ORDER BY ss_net_profit, ss_id LIMIT 10',
    key: 'ss_id',
  },
  'an order that does not count': { sql: 'SELECT ss_quantity FROM store_sales_heap ORDER BY 1 DESC' },
  'both tables in one column': {
    sql: `SELECT 'sale' AS kind, ss_id AS id FROM store_sales_heap UNION ALL SELECT 'return', sr_id FROM store_returns_heap`,
    key: ['kind', 'id'],
  },
  'tickets without a large return': {
    sql: 'SELECT ss_ticket_number FROM store_sales_heap EXCEPT SELECT sr_ticket_number FROM store_returns_heap WHERE sr_return_quantity > 20',
  },
  'grouping sets': {
    sql: 'SELECT ss_store_sk, ss_promo_sk, count(*) AS n FROM store_sales_heap GROUP BY GROUPING SETS ((ss_store_sk), (ss_promo_sk), ())',
  },
  'a list in JSON': {
    sql: `SELECT ss_store_sk, jsonb_agg(jsonb_build_object('id', ss_id, 'paid', ss_net_paid) ORDER BY ss_id) AS sales FROM store_sales_heap GROUP BY 1`,
    key: 'ss_store_sk',
  },
  'an array': {
    sql: 'SELECT ss_store_sk, array_agg(ss_id ORDER BY ss_id) AS ids FROM store_sales_heap GROUP BY 1',
    key: 'ss_store_sk',
  },
  parameters: {
    sql: 'SELECT ss_id FROM store_sales_heap WHERE ss_quantity BETWEEN $1 AND $2 AND ss_store_sk = ANY ($3::int[])',
    params: [10, 60, [1, 2, 3, 4, 5, 6]],
    key: 'ss_id',
  },
  'a view over a view': { sql: 'SELECT * FROM sold_by_store', key: 'store' },
  'a function of the schema': { sql: 'SELECT ss_id, cents(ss_net_paid) AS cents FROM store_sales_heap', key: 'ss_id' },
  'a recursion': {
    sql: `WITH RECURSIVE steps AS (SELECT min(ss_id) AS id FROM store_sales_heap
            UNION ALL SELECT (SELECT min(ss_id) FROM store_sales_heap WHERE ss_id > id) FROM steps WHERE id IS NOT NULL)
          SELECT count(id) AS steps FROM steps`,
  },
  'a sample of what is gone': {
    sql: 'SELECT n FROM generate_series(1, 400) AS n WHERE n NOT IN (SELECT ss_id FROM store_sales_heap)',
    key: 'n',
  },
  percentiles: {
    sql: 'SELECT ss_store_sk, percentile_disc(0.5) WITHIN GROUP (ORDER BY ss_quantity) AS median FROM store_sales_heap GROUP BY 1',
    key: 'ss_store_sk',
  },
}
