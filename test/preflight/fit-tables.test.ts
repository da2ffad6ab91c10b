import { expect, test } from 'vitest'
import { emptyBaseline } from '../../src/plan/plan-input.js'
import { givenTables } from '../../src/preflight/fit-tables.js'
import type { Cell } from '../../src/tables/column.js'
import { defineTable } from '../../src/tables/define-table.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'
import { cdcError } from '../support/cdc-error.js'

const counted = defineTable({
  name: 'counted',
  key: 'id',
  columns: [
    { name: 'quantity', type: 'int4' },
    { name: 'id', type: 'int8' },
  ],
  rows: () => ({ fill: () => undefined }),
})
const named = defineTable({ ...counted, name: 'named', columns: [{ name: 'id', type: 'uuid' }] })
const OURS = '00000000-0000-4000-8000-000000000001'

function fit(definition: TableDefinition, maxKey: number, ...images: Cell[][]): unknown {
  const tables = [{ name: definition.name, parent: undefined, baseline: { ...emptyBaseline, maxKey, images } }]
  return givenTables([definition], { tables, baselineRows: 0 })
}

test('rows that stood there before have keys that the stream does not use', () => {
  expect(fit(counted, 3, [9, 3], [9, -1])).toHaveLength(1)
  expect(fit(named, 3, [OURS])).toHaveLength(1)
})

test.for<[unknown, TableDefinition, number, Cell[]]>([
  ['4', counted, 3, [1, 4]],
  ['x', counted, 3, [1, 'x']],
  ['null', counted, 3, [1, null]],
  ['null', named, 3, [null]],
])('not %s', ([got, definition, maxKey, image]) => {
  expect(() => fit(definition, maxKey, image)).toThrow(
    cdcError('ERR_CDC_OPTIONS', `\`${definition.name}\``, 'keys', maxKey, `\`${String(got)}\``),
  )
})
