import { expect, test } from 'vitest'
import { OptionsError } from '../../src/errors.js'
import type { ColumnType } from '../../src/tables/column.js'
import { defineTable } from '../../src/tables/define-table.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'

const valid: TableDefinition = {
  name: 't',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8' },
    { name: 'a', type: 'text' },
  ],
  rows: () => ({ fill: () => undefined }),
}

test('freezes a copy', () => {
  const defined = defineTable(valid)
  expect(defined).toEqual(valid)
  expect(Object.isFrozen(defined) && Object.isFrozen(defined.columns) && Object.isFrozen(defined.columns[0])).toBe(true)
  expect(Object.isFrozen(valid)).toBe(false)
})

const [id, a] = valid.columns as [TableDefinition['columns'][0], TableDefinition['columns'][0]]

test.for<[string, Partial<TableDefinition>]>([
  ['a name, got ``', { name: '' }],
  ['its key as the first column, got `a`', { columns: [a, id] }],
  ['its key as the first column, got `undefined`', { columns: [] }],
  ['a key of type int8, got `int4`', { columns: [{ name: 'id', type: 'int4' }] }],
  ['distinct column names, got `a`', { columns: [id, a, a] }],
  ['columns of the known types, got `b json`', { columns: [id, { name: 'b', type: 'json' as ColumnType }] }],
  ['columns of the known types, got `b numeric`', { columns: [id, { name: 'b', type: 'numeric' as ColumnType }] }],
  ['a key that no UPDATE changes, got `id`', { columns: [{ ...id, recomputed: true }] }],
  ['sequences of type int8, got `a`', { sequences: { s: 'a' } }],
  ['sequences of type int8, got `x`', { sequences: { s: 'x' } }],
  ['another table as its parent, got `t`', { parent: { table: 't', on: {} } }],
  ['the columns that link it to its parent, got `x`', { parent: { table: 'u', on: { x: 'y' } } }],
])('wants %s', ([what, part]) => {
  const define = (): TableDefinition => defineTable({ ...valid, ...part })
  expect(define).toThrow(OptionsError)
  expect(define).toThrow(`Expected table \`${part.name ?? 't'}\` to have ${what}.`)
})

// `tpcds.md`, sections 1 and 3, behind a surrogate key.
const SALES =
  'ss_id ss_sold_date_sk ss_sold_time_sk ss_item_sk ss_customer_sk ss_cdemo_sk ss_hdemo_sk ss_addr_sk ss_store_sk ss_promo_sk ' +
  'ss_ticket_number ss_quantity ss_wholesale_cost ss_list_price ss_sales_price ss_ext_discount_amt ss_ext_sales_price ' +
  'ss_ext_wholesale_cost ss_ext_list_price ss_ext_tax ss_coupon_amt ss_net_paid ss_net_paid_inc_tax ss_net_profit'
const RETURNS =
  'sr_id sr_returned_date_sk sr_return_time_sk sr_item_sk sr_customer_sk sr_cdemo_sk sr_hdemo_sk sr_addr_sk sr_store_sk ' +
  'sr_reason_sk sr_ticket_number sr_return_quantity sr_return_amt sr_return_tax sr_return_amt_inc_tax sr_fee ' +
  'sr_return_ship_cost sr_refunded_cash sr_reversed_charge sr_store_credit sr_net_loss'

test.for([
  [storeSales, SALES, 12],
  [storeReturns, RETURNS, 12],
] as const)('the columns of TPC-DS in their order', ([{ columns }, names, firstAmount]) => {
  expect(columns.map(({ name }) => name)).toEqual(names.split(' '))
  const notNull = columns.filter(({ nullable }) => nullable === false).map(({ name }) => name)
  expect(notNull).toEqual([names.split(' ')[0], names.split(' ')[3], names.split(' ')[10]])
  columns.forEach(({ name, type }, index) => {
    const expected = index >= firstAmount ? 'numeric(7,2)' : index === 0 || index === 10 ? 'int8' : 'int4'
    expect(type, name).toBe(expected)
  })
})
