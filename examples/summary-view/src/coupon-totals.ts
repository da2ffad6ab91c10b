/** Sales with and without a coupon. An UPDATE of a sale can take it from one group to the other. */
export const COUPON_TOTALS = `
  SELECT coalesce(ss_coupon_amt, 0) > 0 AS coupon, count(*) AS sales, coalesce(sum(ss_quantity), 0) AS quantity
    FROM store_sales_heap
   GROUP BY 1`

/** The rows that a statement has made, and those that are no more, as what they add to their groups. */
export const COME = 'SELECT coalesce(ss_coupon_amt, 0) > 0 AS coupon, 1 AS sales, ss_quantity AS quantity FROM come'
export const GONE = 'SELECT coalesce(ss_coupon_amt, 0) > 0 AS coupon, -1 AS sales, -ss_quantity AS quantity FROM gone'

export const CREATE_COUPON_TOTALS =
  'CREATE TABLE coupon_totals (coupon bool PRIMARY KEY, sales bigint NOT NULL, quantity bigint NOT NULL)'

/** Keeps the totals in the transaction of each change: they are never old. */
export const KEEP_COUPON_TOTALS: readonly string[] = [
  ...afterEach('INSERT', 'NEW TABLE AS come', COME),
  ...afterEach('UPDATE', 'OLD TABLE AS gone NEW TABLE AS come', `${GONE} UNION ALL ${COME}`),
  ...afterEach('DELETE', 'OLD TABLE AS gone', GONE),
]

/**
 * A trigger that adds to the totals, after each statement of one kind.
 *
 * @param tables how the rows of the statement are called
 * @param changes what they add
 */
export function afterEach(kind: 'INSERT' | 'UPDATE' | 'DELETE', tables: string, changes: string): readonly string[] {
  const name = `coupon_totals_${kind.toLowerCase()}`
  return [
    `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       INSERT INTO coupon_totals AS t
         SELECT coupon, sum(sales), coalesce(sum(quantity), 0) FROM (${changes}) AS c GROUP BY coupon
         ON CONFLICT (coupon) DO UPDATE SET sales = t.sales + excluded.sales, quantity = t.quantity + excluded.quantity;
       DELETE FROM coupon_totals WHERE sales = 0;
       RETURN NULL;
     END $$`,
    `CREATE TRIGGER ${name} AFTER ${kind} ON store_sales_heap REFERENCING ${tables}
       FOR EACH STATEMENT EXECUTE FUNCTION ${name}()`,
  ]
}
