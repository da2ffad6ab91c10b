import { isPercentOf, rule, type RowRule } from './row-rules.js'

/** What design section 4 promises of the money of every return, also of returns that stood there before. */
export const returnIdentities: readonly RowRule[] = [
  rule(
    'return_amt = refunded_cash + reversed_charge + store_credit',
    'sr_return_amt sr_refunded_cash sr_reversed_charge sr_store_credit',
    (amount, cash, reversed, credit) => amount! === cash! + reversed! + credit!,
  ),
  rule(
    'return_amt_inc_tax = return_amt + return_tax',
    'sr_return_amt_inc_tax sr_return_amt sr_return_tax',
    (total, amount, tax) => total! === amount! + tax!,
  ),
  rule(
    'net_loss = return_ship_cost + return_tax + fee',
    'sr_net_loss sr_return_ship_cost sr_return_tax sr_fee',
    (loss, shipping, tax, fee) => loss! === shipping! + tax! + fee!,
  ),
]

/** What TPC-DS says on top of how a return is drawn (`tpcds.md`, section 3). */
export const returnDraws: readonly RowRule[] = [
  rule('1 ≤ return_quantity ≤ 99', 'sr_return_quantity', (quantity) => quantity! >= 1 && quantity! <= 99),
  rule('0.50 ≤ fee ≤ 100.00', 'sr_fee', (fee) => fee! >= 50 && fee! <= 10_000),
  rule('pieces cost the same', 'sr_return_amt sr_return_quantity', (amount, pieces) => amount! % pieces! === 0),
  rule(
    'pieces are shipped for the same',
    'sr_return_ship_cost sr_return_quantity',
    (cost, pieces) => cost! % pieces! === 0,
  ),
  rule('refunded_cash is 0 to 100 % of return_amt', 'sr_refunded_cash sr_return_amt', (cash, amount) =>
    isPercentOf(cash!, amount!, 0, 100),
  ),
  rule(
    'reversed_charge is 1 to 100 % of what cash leaves',
    'sr_reversed_charge sr_return_amt sr_refunded_cash',
    (reversed, amount, cash) => isPercentOf(reversed!, amount! - cash!, 1, 100),
  ),
  rule('returned from 7:59:59 to 16:59:59', 'sr_return_time_sk', (time) => time! >= 28_799 && time! <= 61_199),
]

/** What must be true of a return and its sale, in one row with the columns of both, in whatever versions they are. */
export const returnOfSale: readonly RowRule[] = [
  rule('item of the sale', 'sr_item_sk ss_item_sk', (own, sale) => own === sale),
  rule('ticket of the sale', 'sr_ticket_number ss_ticket_number', (own, sale) => own === sale),
  rule('return_quantity ≤ quantity', 'sr_return_quantity ss_quantity', (returned, sold) => returned! <= sold!),
  rule(
    'return_amt = sales_price × return_quantity',
    'sr_return_amt ss_sales_price sr_return_quantity',
    (amount, price, quantity) => amount! === price! * quantity!,
  ),
  rule(
    'shipping a piece costs 0 to 50 % of list_price',
    'sr_return_ship_cost sr_return_quantity ss_list_price',
    (cost, quantity, list) => isPercentOf(cost! / quantity!, list!, 0, 50),
  ),
  rule(
    'one tax percent from 0 to 9 for both',
    'sr_return_tax sr_return_amt ss_ext_tax ss_net_paid',
    (returnTax, amount, tax, paid) =>
      Array.from({ length: 10 }, (_, percent) => percent).some(
        (percent) =>
          returnTax! === Math.trunc((amount! * percent) / 100) && tax! === Math.trunc((paid! * percent) / 100),
      ),
  ),
  rule('returned 4 to 180 days later', 'sr_returned_date_sk ss_sold_date_sk', (returned, sold) => {
    const days = returned! - sold!
    return days >= 4 && days <= 180
  }),
]
