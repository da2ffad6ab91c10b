import type { Cell, Column } from '../../src/tables/column.js'
import { defineTable } from '../../src/tables/define-table.js'
import type { Key } from '../../src/tables/keys/key-column.js'
import { TableKey } from '../../src/tables/keys/table-key.js'
import { Random } from '../../src/tables/random.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'

/** A table with a key, and with a column that UPDATEs set. Rows that stood there before take part. */
export function keyedTable(name: string, key: Key, ...columns: Column[]): TableDefinition {
  const all: Column[] = [
    { name: 'note', type: 'text', recomputed: true },
    ...columns.map((column) => ({ ...column, nullable: false })),
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
}
