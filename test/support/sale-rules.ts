import { isPercentOf, rule, type RowRule } from './row-rules.js'

/** What design section 4 promises of the money of every sale, also of sales that stood there before. */
export const saleIdentities: readonly RowRule[] = [
  rule(
    'ext_wholesale_cost = quantity × wholesale_cost',
    'ss_ext_wholesale_cost ss_quantity ss_wholesale_cost',
    product,
  ),
  rule('ext_list_price = quantity × list_price', 'ss_ext_list_price ss_quantity ss_list_price', product),
  rule('ext_sales_price = quantity × sales_price', 'ss_ext_sales_price ss_quantity ss_sales_price', product),
  rule(
    'ext_discount_amt = ext_list_price − ext_sales_price',
    'ss_ext_discount_amt ss_ext_list_price ss_ext_sales_price',
    difference,
  ),
  rule('net_paid = ext_sales_price − coupon_amt', 'ss_net_paid ss_ext_sales_price ss_coupon_amt', difference),
  rule('net_paid_inc_tax = net_paid + ext_tax', 'ss_net_paid_inc_tax ss_net_paid ss_ext_tax', sum),
  rule('net_profit = net_paid − ext_wholesale_cost', 'ss_net_profit ss_net_paid ss_ext_wholesale_cost', difference),
  rule(
    '0 ≤ coupon_amt ≤ ext_sales_price, for prices ≥ 0',
    'ss_coupon_amt ss_ext_sales_price',
    (coupon, price) => coupon! >= 0 && coupon! <= Math.max(0, price!),
  ),
]

/** What TPC-DS says on top of how a sale is drawn (`tpcds.md`, sections 1 and 2). */
export const saleDraws: readonly RowRule[] = [
  rule('1 ≤ quantity ≤ 100', 'ss_quantity', within(1, 100)),
  rule('1.00 ≤ wholesale_cost ≤ 100.00', 'ss_wholesale_cost', within(100, 10_000)),
  rule('list_price is marked up by 0 to 100 %', 'ss_list_price ss_wholesale_cost', (list, wholesale) =>
    isPercentOf(list!, wholesale!, 100, 200),
  ),
  rule('sales_price is discounted by 0 to 100 %', 'ss_sales_price ss_list_price', (sales, list) =>
    isPercentOf(sales!, list!, 0, 100),
  ),
  rule('coupon_amt is 0 to 100 % of the price', 'ss_coupon_amt ss_ext_sales_price', (coupon, price) =>
    isPercentOf(coupon!, price!, 0, 100),
  ),
  rule('ext_tax = trunc(net_paid × tax_percent / 100), 0 to 9 %', 'ss_ext_tax ss_net_paid', (tax, paid) =>
    isPercentOf(tax!, paid!, 0, 9),
  ),
  rule('sold from 8:00:00 to 20:59:59', 'ss_sold_time_sk', within(28_800, 75_599)),
]

function product(...[result, a, b]: number[]): boolean {
  return result === a! * b!
}

function sum(...[result, a, b]: number[]): boolean {
  return result === a! + b!
}

function difference(...[result, a, b]: number[]): boolean {
  return result === a! - b!
}

function within(least: number, most: number): RowRule['holds'] {
  return (value) => value! >= least && value! <= most
}
