import { expect, test } from 'vitest'
import type { TableClock } from '../../src/tables/clock.js'
import type { ColumnType } from '../../src/tables/column.js'
import { defineTable } from '../../src/tables/define-table.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import type { KeyColumn } from '../../src/tables/keys/key-column.js'
import type { ParentTable, TableDefinition } from '../../src/tables/table-definition.js'
import { cdcError } from '../support/cdc-error.js'

const valid: TableDefinition = {
  name: 't',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8' },
    { name: 'a', type: 'text' },
  ],
  rows: () => ({ fill: () => undefined }),
}

test('freezes a key of several columns', () => {
  const key = [{ column: 'id', values: [1, 2] }, 'a']
  const defined = defineTable({ ...valid, key })
  expect(defined.key).toEqual(key)
  const [first] = defined.key as readonly KeyColumn[]
  expect([defined.key, first, first!.values].every((one) => Object.isFrozen(one))).toBe(true)
  expect(Object.isFrozen(key) || Object.isFrozen(key[0])).toBe(false)
})

test('freezes a copy', () => {
  const defined = defineTable(valid)
  expect(defined).toEqual(valid)
  expect(Object.isFrozen(defined) && Object.isFrozen(defined.columns) && Object.isFrozen(defined.columns[0])).toBe(true)
  expect(Object.isFrozen(valid)).toBe(false)
})

test('completes a clock, whose column UPDATEs set', () => {
  expect(defineTable({ ...valid, ...clocked({}) })).toMatchObject({
    clock: { column: 'at', order: 'commit', resolution: 1, start: '2024-01-01T00:00:00Z' },
    columns: [{ name: 'id' }, { name: 'at', recomputed: true }],
  })
})

/** A definition with a clock in a column `at`. */
function clocked(clock: Partial<TableClock>, type: ColumnType = 'timestamptz'): Partial<TableDefinition> {
  return {
    columns: [
      { name: 'id', type: 'int8' },
      { name: 'at', type },
    ],
    clock: { column: 'at', ...clock },
  }
}

const [id, a] = valid.columns as [TableDefinition['columns'][0], TableDefinition['columns'][0]]

test.for<[what: string, part: Partial<TableDefinition>, ...named: string[]]>([
  ['a name', { name: '' }, 'name', 'got ``'],
  ['a column', { columns: [] }, 'key', '`id`'],
  ['a key of a type that counts', { columns: [{ name: 'id', type: 'bool' }] }, 'key', 'int2', 'uuid', '`id bool`'],
  ['a key of columns that are there', { key: ['id', 'b'] }, 'key', '`b`'],
  ['a key of a column at least', { key: [] }, 'key', '`[]`'],
  ['a key of distinct columns', { key: ['id', 'id'] }, 'key', '`id`'],
  ['known properties of a key', { key: [{ column: 'id', valeus: 3 } as KeyColumn, 'a'] }, '`valeus`', '`values`'],
  ['values', { key: [{ column: 'id', values: 0 }, 'a'] }, '`values`', '`0`'],
  ['a list of values', { key: [{ column: 'id', values: [] }, 'a'] }, '`values`', '`[]`'],
  ['values that are distinct', { key: [{ column: 'id', values: [1, 1] }, 'a'] }, '`values`', '`[ 1, 1 ]`'],
  ['values of the type', { key: [{ column: 'id', values: [1, 'x'] }, 'a'] }, '`values`', '`id`', '`x`'],
  ['uuids of a column that takes some', { key: [{ column: 'id', uuid: 'v4' }] }, '`uuid`', '`id int8`'],
  ['a version of uuids', { key: [{ column: 'a', uuid: 'v1' as 'v4' }] }, '`uuid`', '`v1`'],
  ['digits of a text', { key: [{ column: 'id', digits: 3 }] }, '`digits`', '`id`'],
  ['digits that there can be', { key: [{ column: 'a', digits: 16 }] }, '`digits`', '`16`'],
  ['a day of a date', { key: [{ column: 'a', from: '2024-01-01' }] }, '`from`', '`2024-01-01`'],
  ['others to restart with', { key: [{ column: 'id', restarts: true }] }, '`restarts`', '`id`'],
  ['one to restart that counts', { key: [{ column: 'id', restarts: true, values: 2 }, 'a'] }, '`restarts`', '`id`'],
  ['distinct column names', { columns: [id, a, a] }, 'column', '`a`'],
  ['known types', { columns: [id, { name: 'b', type: 'xml' as ColumnType }] }, '`b xml`'],
  ['arrays of known types', { columns: [id, { name: 'b', type: 'int4[][]' as ColumnType }] }, '`b int4[][]`'],
  ['a scale', { columns: [id, { name: 'b', type: 'numeric(5)' as ColumnType }] }, '`b numeric(5)`'],
  ['a key that no UPDATE changes', { columns: [{ ...id, recomputed: true }] }, 'key', 'UPDATE', '`id`'],
  ['sequences that count', { sequences: { s: 'a' } }, 'sequences', 'int8', 'int4', '`a`'],
  ['sequences that are columns', { sequences: { s: 'x' } }, 'sequences', '`x`'],
  ['another table as its parent', { parent: { table: 't', on: {} } }, 'parent', 'got `t`'],
  ['the columns that link it to its parent', { parent: { table: 'u', on: { x: 'y' } } }, 'parent', '`x`'],
  ['the name of its parent', { parent: { on: {} } as unknown as ParentTable }, 'name', 'parent', 'nothing'],
  ['the columns of its parent', { parent: { table: 'u' } as unknown as ParentTable }, 'parent', '`on`', 'nothing'],
  ['a child at most', { parent: { table: 'u', on: {}, most: 0 } }, '`parent.most`', '1000', 'got `0`'],
  ['whole children', { parent: { table: 'u', on: {}, most: 2.5 } }, '`parent.most`', 'got `2.5`'],
  ['fewer than the most', { parent: { table: 'u', on: {}, most: 2, least: 3 } }, '`parent.least`', 'got `3`'],
  ['a skew', { parent: { table: 'u', on: {}, most: 2, skew: -1 } }, '`parent.skew`', '100', 'got `-1`'],
  ['names that it refers to', { refers: [''] }, '`refers`'],
  ['each of them once', { refers: ['u', 'u'] }, '`refers`', 'got `u`'],
  ['other tables than its parent', { parent: { table: 'u', on: {} }, refers: ['u'] }, '`refers`', '`rowAbove`'],
  ['a name that fits', { name: 'é'.repeat(32) }, 'name', '63', 'got `' + 'é'.repeat(32)],
  ['a list of columns', { columns: undefined as unknown as [] }, 'columns', 'nothing'],
  ['columns', { columns: ['id'] as unknown as TableDefinition['columns'] }, 'columns', 'name', 'type', '`id`'],
  ['columns with names', { columns: [id, { name: '', type: 'text' }] }, 'columns', '``'],
  ['columns with types', { columns: [id, { name: 'b' } as TableDefinition['columns'][0]] }, '`b undefined`'],
  ['a digit', { columns: [id, { name: 'b', type: 'numeric(0,0)' }] }, '`b numeric(0,0)`'],
  ['digits before the point', { columns: [id, { name: 'b', type: 'numeric(5,7)' }] }, '`b numeric(5,7)`'],
  [
    'no more digits than there can be',
    { columns: [id, { name: 'b', type: 'numeric(1001,2)' }] },
    '`b numeric(1001,2)`',
  ],
  ['a truth value', { columns: [id, { ...a, nullable: 'no' as unknown as boolean }] }, '`nullable`', '`a`', '`no`'],
  [
    'known properties of columns',
    { columns: [id, { ...a, primary: true } as typeof a] },
    'nullable',
    'recomputed',
    'enumType',
    '`primary`',
  ],
  ['enums of text columns', { columns: [id, { name: 'b', type: 'int4', enumType: 'e' }] }, '`enumType`', '`b`'],
  ['a key', { key: undefined as unknown as string }, 'key', 'nothing'],
  ['rows', { rows: undefined as unknown as TableDefinition['rows'] }, '`rows`', 'nothing'],
  ['SQL', { ddl: ' ' }, '`ddl`', 'got ` `'],
  ['a clock of its columns', clocked({ column: 'x' }), 'clock', '`x`', 'timestamptz'],
  ['a clock that is not its key', { clock: { column: 'id' } }, 'clock', '`id`'],
  ['a clock that is none of its keys', { ...clocked({}, 'int8'), key: ['id', 'at'] }, 'clock', 'key', '`at`'],
  ['a clock that does not count on', { ...clocked({}, 'int8'), sequences: { s: 'at' } }, 'clock', 'sequence', '`at`'],
  ['a clock of a type that holds times', clocked({}, 'text'), 'clock', '`at text`', 'timestamp', 'int8'],
  ['a clock of a wide type', clocked({}, 'int2'), 'clock', '`at int2`'],
  ['no array of times', clocked({}, 'timestamp[]'), 'clock', '`at timestamp[]`'],
  ['a known order', clocked({ order: 'time' as 'commit' }), '`order`', 'commit, begin, jitter', '`time`'],
  ['whole commits a step', clocked({ resolution: 1.5 }), '`resolution`', '`1.5`'],
  ['a commit a step', clocked({ resolution: 0 }), '`resolution`', '`0`'],
  ['a start that is an instant', clocked({ start: '2024-01-01T00:00:00' }), '`start`', '`at`', '`2024-01-01T00:00:00`'],
  ['a start in whole seconds', clocked({ start: '2024-01-01T00:00:00.5Z' }), '`start`', '`2024-01-01T00:00:00.5Z`'],
  ['a start that there is', clocked({ start: '2024-02-30T00:00:00Z' }), '`start`', '`2024-02-30T00:00:00Z`'],
  ['a start from 1970 on', clocked({ start: '1969-12-31T23:59:59Z' }), '`start`', '`1969-12-31T23:59:59Z`'],
  ['a start that its column holds', clocked({ start: '2040-01-01T00:00:00Z' }, 'int4'), '`start`', '`at`'],
  [
    'known properties of a clock',
    clocked({ orders: 'begin' } as Partial<TableClock>),
    '`clock`',
    '`orders`',
    '`order`',
  ],
])('wants %s', ([, part, ...named]) => {
  const define = (): TableDefinition => defineTable({ ...valid, ...part })
  expect(define).toThrow(cdcError('ERR_CDC_OPTIONS', `\`${part.name ?? 't'}\``, ...named))
})

test.for([undefined, null, 'orders'])('wants a definition, not %s', (given) => {
  const define = (): TableDefinition => defineTable(given as unknown as TableDefinition)
  expect(define).toThrow(cdcError('ERR_CDC_OPTIONS', '`defineTable`', 'name', 'key', 'columns', 'rows', `\`${given}\``))
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
