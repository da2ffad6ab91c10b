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
