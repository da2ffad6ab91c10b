import { expect, test } from 'vitest'
import { OptionsError } from '../../src/errors.js'
import type { ColumnType } from '../../src/tables/column.js'
import { defineTable } from '../../src/tables/define-table.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import type { ParentTable, TableDefinition } from '../../src/tables/table-definition.js'

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
  ['its key as the first column, got nothing', { columns: [] }],
  ['a key of type int8 or int4, got `int2`', { columns: [{ name: 'id', type: 'int2' }] }],
  ['distinct column names, got `a`', { columns: [id, a, a] }],
  ['columns of the known types, got `b json`', { columns: [id, { name: 'b', type: 'json' as ColumnType }] }],
  ['columns of the known types, got `b numeric`', { columns: [id, { name: 'b', type: 'numeric' as ColumnType }] }],
  ['a key that no UPDATE changes, got `id`', { columns: [{ ...id, recomputed: true }] }],
  ['sequences of type int8 or int4, got `a`', { sequences: { s: 'a' } }],
  ['sequences of type int8 or int4, got `x`', { sequences: { s: 'x' } }],
  ['another table as its parent, got `t`', { parent: { table: 't', on: {} } }],
  ['the columns that link it to its parent, got `x`', { parent: { table: 'u', on: { x: 'y' } } }],
  ['the name of its parent, got nothing', { parent: { on: {} } as unknown as ParentTable }],
  ['the columns of its parent as `on`, got nothing', { parent: { table: 'u' } as unknown as ParentTable }],
  ['a name of at most 63 bytes, got `' + 'é'.repeat(32) + '`', { name: 'é'.repeat(32) }],
  ['a list of columns, got nothing', { columns: undefined as unknown as [] }],
  ['columns { name, type }, got `id`', { columns: ['id'] as unknown as TableDefinition['columns'] }],
  ['columns with names, got ``', { columns: [id, { name: '', type: 'text' }] }],
  ['columns of the known types, got `b undefined`', { columns: [id, { name: 'b' } as TableDefinition['columns'][0]] }],
  ['s from 0 to p, got `b numeric(0,0)`', { columns: [id, { name: 'b', type: 'numeric(0,0)' }] }],
  ['s from 0 to p, got `b numeric(5,7)`', { columns: [id, { name: 'b', type: 'numeric(5,7)' }] }],
  ['s from 0 to p, got `b numeric(1001,2)`', { columns: [id, { name: 'b', type: 'numeric(1001,2)' }] }],
  ['`nullable` of `a` as true or false, got `no`', { columns: [id, { ...a, nullable: 'no' as unknown as boolean }] }],
  [
    'columns with name, type, nullable, recomputed, enumType, got `a with primary`',
    { columns: [id, { ...a, primary: true } as typeof a] },
  ],
  ['an `enumType` of text columns only, got `b`', { columns: [id, { name: 'b', type: 'int4', enumType: 'e' }] }],
  ['a key, got nothing', { key: undefined as unknown as string }],
  ['a function `rows`, got nothing', { rows: undefined as unknown as TableDefinition['rows'] }],
  ['SQL as its `ddl`, got ` `', { ddl: ' ' }],
])('wants %s', ([what, part]) => {
  const define = (): TableDefinition => defineTable({ ...valid, ...part })
  expect(define).toThrow(OptionsError)
  const start = `Expected table \`${part.name ?? 't'}\` to have `
  expect(define).toThrow(start)
  expect(define).toThrow(`${what}.`)
})

test.for([undefined, null, 'orders'])('wants a definition, not %s', (given) => {
  const define = (): TableDefinition => defineTable(given as unknown as TableDefinition)
  expect(define).toThrow(OptionsError)
  expect(define).toThrow(`Expected \`defineTable\` to be given { name, key, columns, rows }, got \`${given}\`.`)
})

test.for(['numeric(1,0)', 'numeric(9,9)', 'numeric(12,4)', 'numeric(38,10)', 'numeric(1000,0)'] as const)(
  'takes %s',
  (type) => {
    expect(defineTable({ ...valid, columns: [id, { name: 'b', type }] }).columns[1]?.type).toBe(type)
  },
)

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
