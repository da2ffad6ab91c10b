import type { Cell, Column } from '../../src/tables/column.js'
import { defineTable } from '../../src/tables/define-table.js'
import { type Key, keyNames } from '../../src/tables/keys/key-column.js'
import { TableKey } from '../../src/tables/keys/table-key.js'
import { Random } from '../../src/tables/random.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'

/** A table with a key, and with a column that UPDATEs set. Rows that stood there before take part. */
export function keyedTable(name: string, key: Key, ...columns: Column[]): TableDefinition {
  const all: Column[] = [
    { name: 'note', type: 'text', recomputed: true },
    ...columns.map((column) => ({
      ...column,
      nullable: column.nullable !== false && !keyNames({ key }).includes(column.name),
    })),
    { name: 'amount', type: 'numeric(9,2)', recomputed: true },
  ]
  const free = all.flatMap((_, index) => (new TableKey({ name, columns: all, key }).has(index) ? [] : [index]))
  return defineTable({
    name,
    key,
    columns: all,
    rows: ({ seed }) => {
      const random = new Random(seed, name)
      const write = (cells: Cell[], number: number, version: number): void => {
        random.at(number, version)
        cells[0] = `note ${random.below(1_000)} of\tversion ${version}`
        cells[free.at(-1)!] = random.below(100_000)
      }
      return {
        fill: (cells, number, version) => {
          for (const index of free) cells[index] = `${all[index]!.name} ${number}`
          write(cells, number, version)
        },
        revise: write,
      }
    },
  })
}

/** A table for every kind of key. */
export const keyedTables: Readonly<Record<string, TableDefinition>> = {
  'one int8 that is not first': keyedTable('one_int8', 'id', { name: 'id', type: 'int8' }),
  'one int4': keyedTable('one_int4', ['id'], { name: 'id', type: 'int4' }),
  'one int2': keyedTable('one_int2', 'id', { name: 'id', type: 'int2' }),
  uuid: keyedTable('one_uuid', 'id', { name: 'id', type: 'uuid' }),
  'uuid of version 7': keyedTable('ascending', [{ column: 'id', uuid: 'v7' }], { name: 'id', type: 'uuid' }),
  'uuid as a text': keyedTable('uuid_text', [{ column: 'id', uuid: 'v4' }], { name: 'id', type: 'text' }),
  'text in digits': keyedTable('digits', 'code', { name: 'code', type: 'text' }),
  'text with a prefix': keyedTable('codes', [{ column: 'code', prefix: "o'é\\-", digits: 6 }], {
    name: 'code',
    type: 'text',
  }),
  day: keyedTable('days', [{ column: 'day', from: '2024-02-28' }], { name: 'day', type: 'date' }),
  'tenant and number': keyedTable(
    'tenants',
    [{ column: 'tenant_id', values: 7 }, 'id'],
    { name: 'id', type: 'int8' },
    { name: 'label', type: 'text' },
    { name: 'tenant_id', type: 'int4' },
  ),
  'tenant and uuid': keyedTable(
    'tenant_uuids',
    [{ column: 'tenant_id', values: 5, of: 'tenant' }, 'id'],
    { name: 'tenant_id', type: 'uuid' },
    { name: 'id', type: 'uuid' },
  ),
  'tenant, day and line': keyedTable(
    'lines',
    [
      { column: 'tenant_id', values: 3 },
      { column: 'day', from: '2024-02-28', values: 2 },
      { column: 'line', restarts: true },
    ],
    { name: 'tenant_id', type: 'int2' },
    { name: 'day', type: 'date' },
    { name: 'line', type: 'int4' },
  ),
  'two that count': keyedTable(
    'members',
    ['user_id', { column: 'group_id', of: 'groups' }],
    { name: 'group_id', type: 'uuid' },
    { name: 'user_id', type: 'int4' },
  ),
  'language and code': keyedTable(
    'translations',
    [
      { column: 'code', prefix: 'c-' },
      { column: 'language', values: ['de', "fr'", 'zh, Hans', '"x"'] },
    ],
    { name: 'language', type: 'text' },
    { name: 'code', type: 'text' },
  ),
  'values alone': keyedTable(
    'slots',
    [
      { column: 'day', values: 366 },
      { column: 'hour', values: 24 },
      { column: 'room', values: 10 },
    ],
    { name: 'day', type: 'date' },
    { name: 'hour', type: 'int2' },
    { name: 'room', type: 'int4' },
  ),
  'tenant and uuid, beside a clock': defineTable({
    ...keyedTable(
      'stamped',
      [{ column: 'tenant_id', values: 4 }, 'id'],
      { name: 'updated_at', type: 'timestamptz' },
      { name: 'id', type: 'uuid' },
      { name: 'tenant_id', type: 'int4' },
    ),
    clock: { column: 'updated_at', order: 'begin' },
  }),
}

/** Keys that somebody else could have given to rows of these tables. */
export const foreignKeys: Readonly<Record<string, readonly (readonly Cell[])[]>> = {
  'one int8 that is not first': [[-5], [5_000]],
  uuid: [['9f1c4a52-7b1e-4c3d-8e2f-0a1b2c3d4e5f'], ['00000000-0000-0000-0000-000000000000']],
  'uuid of version 7': [['9f1c4a52-7b1e-4c3d-8e2f-0a1b2c3d4e5f'], ['01930000-0000-7000-8000-000000000001']],
  'uuid as a text': [['none at all'], ['9f1c4a52-7b1e-4c3d-8e2f-0a1b2c3d4e5f']],
  'text in digits': [['99'], ['0000000099x'], ['']],
  'text with a prefix': [["o'é\\-1"], ['another, with a comma']],
  day: [['1999-12-31'], ['2199-01-01']],
  'tenant and number': [
    [99, 5],
    [-1, -2],
    [1, 90_000],
  ],
  'tenant and uuid': [['9f1c4a52-7b1e-4c3d-8e2f-0a1b2c3d4e5f', '9f1c4a52-7b1e-4c3d-8e2f-0a1b2c3d4e5f']],
  'tenant, day and line': [
    [99, '2024-02-28', 1],
    [1, '2024-02-28', 2_000_000_000],
  ],
  'two that count': [[-3, '9f1c4a52-7b1e-4c3d-8e2f-0a1b2c3d4e5f']],
  'language and code': [
    ['c-000000000', 'de'],
    ['c-1', 'zh, Hans'],
  ],
  'values alone': [['1999-01-01', 99, 99]],
}
