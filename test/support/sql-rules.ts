import type { Client } from 'pg'

/** Conditions that hold on every row that the stream wrote, where their columns are not NULL. */
const SALES = [
  'ss_ext_wholesale_cost = ss_quantity * ss_wholesale_cost',
  'ss_ext_list_price = ss_quantity * ss_list_price',
  'ss_ext_sales_price = ss_quantity * ss_sales_price',
  'ss_ext_discount_amt = ss_ext_list_price - ss_ext_sales_price',
  'ss_net_paid = ss_ext_sales_price - ss_coupon_amt',
  'ss_net_paid_inc_tax = ss_net_paid + ss_ext_tax',
  'ss_net_profit = ss_net_paid - ss_ext_wholesale_cost',
  'ss_coupon_amt BETWEEN 0 AND ss_ext_sales_price',
  'ss_quantity BETWEEN 1 AND 100',
  'ss_ext_tax IS NULL OR ss_net_paid IS NULL OR EXISTS (SELECT FROM generate_series(0, 9) AS t WHERE ss_ext_tax = trunc(ss_net_paid * t / 100, 2))',
]

const RETURNS = [
  'sr_return_amt_inc_tax = sr_return_amt + sr_return_tax',
  'sr_return_amt = sr_refunded_cash + sr_reversed_charge + sr_store_credit',
  'sr_net_loss = sr_return_ship_cost + sr_return_tax + sr_fee',
  'sr_fee BETWEEN 0.50 AND 100.00',
]

const JOINED = [
  'sr_return_quantity BETWEEN 1 AND ss_quantity',
  'sr_return_amt = ss_sales_price * sr_return_quantity',
  'sr_returned_date_sk - ss_sold_date_sk BETWEEN 4 AND 180',
]

/** Rows above the given keys that break a rule, and returns without their sale; a line for each rule broken. */
export async function brokenRules(
  client: Client,
  schema: string,
  { sales, returns }: { sales: number; returns: number },
): Promise<string[]> {
  const [s, r] = [`${schema}.store_sales_heap`, `${schema}.store_returns_heap`]
  const joined = `${r} JOIN ${s} ON sr_item_sk = ss_item_sk AND sr_ticket_number = ss_ticket_number`
  const checks = [
    ...SALES.map((rule) => ({ rule, from: s, where: `ss_id > ${sales} AND NOT (${rule})` })),
    ...RETURNS.map((rule) => ({ rule, from: r, where: `sr_id > ${returns} AND NOT (${rule})` })),
    ...JOINED.map((rule) => ({ rule, from: joined, where: `sr_id > ${returns} AND NOT (${rule})` })),
    {
      rule: 'at most one return a sale',
      from: `(SELECT FROM ${r} WHERE sr_id > ${returns} GROUP BY sr_item_sk, sr_ticket_number HAVING count(*) > 1) AS x`,
      where: 'true',
    },
    {
      rule: '(item, ticket) unique',
      from: `(SELECT FROM ${s} WHERE ss_id > ${sales} GROUP BY ss_item_sk, ss_ticket_number HAVING count(*) > 1) AS x`,
      where: 'true',
    },
  ]
  const broken: string[] = []
  for (const { rule, from, where } of checks) {
    const { rows } = await client.query<{ count: number }>(`SELECT count(*)::int4 AS count FROM ${from} WHERE ${where}`)
    if (rows[0]!.count > 0) broken.push(`${rule}: ${rows[0]!.count} rows`)
  }
  return broken
}

/** Returns whose sale is not there. */
export async function orphans(client: Client, schema: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int4 AS count FROM ${schema}.store_returns_heap WHERE NOT EXISTS
       (SELECT FROM ${schema}.store_sales_heap WHERE sr_item_sk = ss_item_sk AND sr_ticket_number = ss_ticket_number)`,
  )
  return rows[0]!.count
}
