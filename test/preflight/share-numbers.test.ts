import { expect, test } from 'vitest'
import { emptyBaseline } from '../../src/plan/plan-input.js'
import { planRows } from '../../src/plan/table-rows.js'
import { shareNumbers } from '../../src/preflight/share-numbers.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'
import { keyedTable } from '../support/keyed-tables.js'

const people = { ...keyedTable('people', 'id', { name: 'id', type: 'uuid' }), sequences: { person: 'id' } }
const groups = keyedTable('groups', 'id', { name: 'id', type: 'int4' })
const members = keyedTable(
  'members',
  [
    { column: 'person', of: 'people' },
    { column: 'group_id', of: 'groups' },
  ],
  { name: 'person', type: 'uuid' },
  { name: 'group_id', type: 'int4' },
)
const others = keyedTable(
  'others',
  [{ column: 'of', of: 'people', values: 3 }, 'id'],
  {
    name: 'of',
    type: 'uuid',
  },
  { name: 'id', type: 'int4' },
)

const found: readonly (readonly [TableDefinition, number])[] = [
  [people, 40],
  [groups, 7],
  [members, 5],
  [others, 3],
]

test('tables whose keys point at one another begin behind the largest of all of them', () => {
  const tables = found.map(([definition, maxKey]) => {
    const sequences = definition === people ? { person: maxKey } : {}
    return { definition, baseline: { ...emptyBaseline, maxKey, sequences } }
  })
  const shared = shareNumbers(tables)
  expect(shared.map(({ baseline }) => baseline.maxKey)).toEqual([40, 40, 40, 3])
  expect(shared[0]!.baseline.sequences).toEqual({ person: 40 })
  const rows = planRows({ tables: shared, seed: 1, scale: 1, nulls: 'none', businessDay: undefined })
  for (const number of [1, 2, 1_000]) {
    const [person, group, member, other] = rows.map((each) => each.keyOf(number))
    expect(member).toEqual([...person!, ...group!])
    // Takes the first of them in turn, wherever they begin.
    expect(other![1]).toBe(3 + number)
  }
  const raised = shareNumbers([
    { definition: people, baseline: { ...emptyBaseline, sequences: { person: 0 } } },
    { definition: members, baseline: { ...emptyBaseline, maxKey: 9 } },
  ])
  expect(raised[0]!.baseline).toMatchObject({ maxKey: 9, sequences: { person: 9 } })
})

test('a key of a parent’s key and a place is the parent’s key and a place, and tells its number', () => {
  const orders = keyedTable('orders', 'id', { name: 'id', type: 'uuid' })
  const lines: TableDefinition = {
    ...keyedTable(
      'lines',
      [
        { column: 'order_id', of: 'orders', restarts: true },
        { column: 'line_no', values: 6 },
      ],
      { name: 'order_id', type: 'uuid' },
      { name: 'line_no', type: 'int2' },
    ),
    parent: { table: 'orders', on: { order_id: 'id' }, most: 6 },
  }
  // One level further: the place that changes fastest comes first.
  const parcels: TableDefinition = {
    ...keyedTable(
      'parcels',
      [
        { column: 'parcel', values: 4 },
        { column: 'line_no', values: 6 },
        { column: 'order_id', of: 'orders', restarts: true },
      ],
      { name: 'parcel', type: 'int4' },
      { name: 'line_no', type: 'int2' },
      { name: 'order_id', type: 'uuid' },
    ),
    parent: { table: 'lines', on: { order_id: 'order_id', line_no: 'line_no' }, most: 4 },
  }
  const maxKeys = [7, 50, 3]
  const tables = [orders, lines, parcels].map((definition, index) => ({
    definition,
    baseline: { ...emptyBaseline, maxKey: maxKeys[index]! },
  }))
  const shared = shareNumbers(tables)
  // Line 50 is of order 9.
  expect(shared.map(({ baseline }) => baseline.maxKey)).toEqual([9, 54, 216])
  const [order, line, parcel] = planRows({ tables: shared, seed: 1, scale: 1, nulls: 'none', businessDay: undefined })
  for (const number of [1, 2, 6, 7, 600, 12_345_678]) {
    const key = line!.keyOf(number)
    expect(key).toEqual([order!.keyOf(line!.family.parentOf(number))[0], line!.family.slotOf(number) + 1])
    expect(line!.numberOf(key)).toBe(number)
    const [place, lineNo, orderId] = parcel!.keyOf(number)
    expect([orderId, lineNo]).toEqual(line!.keyOf(parcel!.family.parentOf(number)))
    expect(place).toBe(parcel!.family.slotOf(number) + 1)
    expect(parcel!.numberOf([place, lineNo, orderId])).toBe(number)
  }
})
