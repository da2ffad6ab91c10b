// #region models
/** What each model has to be. The jobs keep it without computing all of it again. */
export const TAXED_ORDERS = `
  SELECT id, customer, status, round(amount * 1.19, 2) AS gross, updated_at FROM orders`

export const CUSTOMER_TOTALS = `
  SELECT customer, count(*) AS orders, sum(amount) AS amount, max(updated_at) AS as_of FROM orders GROUP BY customer`
// #endregion models

export const CREATE_MODELS: readonly string[] = [
  `CREATE TABLE taxed_orders AS ${TAXED_ORDERS} WITH NO DATA`,
  'ALTER TABLE taxed_orders ADD PRIMARY KEY (id)',
  `CREATE TABLE order_log AS ${TAXED_ORDERS} WITH NO DATA`,
  `CREATE TABLE customer_totals AS ${CUSTOMER_TOTALS} WITH NO DATA`,
  'ALTER TABLE customer_totals ADD PRIMARY KEY (customer)',
]
