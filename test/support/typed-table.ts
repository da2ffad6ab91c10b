import { defineTable } from '../../src/tables/define-table.js'
import type { ColumnType } from '../../src/tables/column.js'
import { Random } from '../../src/tables/random.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'

/** By type, cells at its edges; those that no driver gives as it wrote them (microseconds as a Date) are apart. */
const typedCells: Readonly<Partial<Record<ColumnType, readonly (string | null)[]>>> = {
  timestamp: ['2024-02-29 12:34:56.789', '1959-12-31 23:59:59', '0001-01-01 00:00:00', 'infinity', '-infinity', null],
  timestamptz: ['2024-02-29 12:34:56.789+00', '1970-01-01 00:00:00+00', '9999-12-31 23:59:59.999+00', 'infinity', null],
  'timestamptz(3)': ['2024-03-31 01:30:00.001+00', '0044-03-15 12:00:00+00 BC'],
  time: ['00:00:00', '23:59:59.999999', '24:00:00', '12:34:56.7', null],
  'time(3)': ['00:00:00.001', '12:34:56'],
  interval: ['00:00:00', '1 year 2 mons 3 days 04:05:06.789', '-1 days +02:03:04', '1 mon', null],
  float8: ['0', '0.1', '1e+20', '1e-07', '5e-324', '1.7976931348623157e+308', '999999999999999', 'NaN', '-Infinity'],
  float4: ['0.1', '1e+06', '999999', '3.4028235e+38', '1e-45', 'NaN', null],
  numeric: ['0', '12345678901234567890.123456789', '-0.000000000000000000001', '99999999999999999999999', 'NaN', null],
  uuid: ['00000000-0000-0000-0000-000000000000', '123e4567-e89b-42d3-a456-426614174000', null],
  bytea: ['\\x', '\\x00ff', '\\xdeadbeef', '\\x5c78', null],
  json: ['{"a": 1, "bc": [true, null, "x"]}', '[]', '"text"', '0.5', null],
  jsonb: ['{"": {}, "é": "🙂\\n\\\\", "long": -0.5}', '[1, [2], {"three": 3}]', 'true', '{"b": 1, "aa": 2}'],
  inet: ['10.0.0.1', '192.168.0.0/16', '::1', '2001:db8::1/64', null],
  cidr: ['10.0.0.0/8', '2001:db8::/32'],
  'bit(9)': ['000000000', '101010101', '111111111'],
  'bit(1)': ['0', '1'],
  varbit: ['', '1', '0101010101', null],
  'int4[]': ['{}', '{1,NULL,-3}', '{{1,2},{3,4}}', null],
  'text[]': ['{}', '{a,"b c","","NULL",NULL,"q\\"\\\\"}', '{🙂,"{}"}'],
  'timestamptz[]': ['{"2024-02-29 12:34:56.789+00",NULL}', '{}'],
  'numeric(9,2)[]': ['{1.50,-0.05,9999999.99}'],
  'bool[]': ['{t,f,NULL}'],
  'date[]': ['{2024-02-29,1999-12-31}'],
}

const types = Object.entries(typedCells) as [ColumnType, readonly (string | null)[]][]

/** A table with a column of every type whose cells are texts; every second one is changed by UPDATEs. */
export const typedTable: TableDefinition = defineTable({
  name: 'typed_things',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8', nullable: false },
    ...types.flatMap(([type], index) => [
      { name: `kept_${index}`, type },
      { name: `changed_${index}`, type, recomputed: true },
    ]),
  ],
  rows({ seed }) {
    const kept = new Random(seed, 'typed')
    const changing = new Random(seed, 'typed, changing')
    return {
      fill(cells, number, version) {
        kept.at(number)
        changing.at(number, version)
        types.forEach(([, values], index) => {
          cells[1 + 2 * index] = kept.pick(values)
          cells[2 + 2 * index] = changing.pick(values)
        })
      },
      revise(cells, number, version) {
        changing.at(number, version)
        types.forEach(([, values], index) => {
          cells[2 + 2 * index] = changing.pick(values)
        })
      },
    }
  },
})

/** A table with one column of every such type, every second of which is changed by UPDATEs. */
export function tableOfTypes(
  name: string,
  isWanted: (cell: string | null, type: string) => boolean = () => true,
): TableDefinition {
  return defineTable({
    name,
    key: 'id',
    columns: [
      { name: 'id', type: 'int8', nullable: false },
      ...types.map(([type], index) => ({ name: `of_${index}`, type, recomputed: index % 2 === 1 })),
    ],
    rows({ seed }) {
      const kept = new Random(seed, name)
      const changing = new Random(seed, `${name}, changing`)
      const wanted = types.map(([type, values]) => values.filter((cell) => isWanted(cell, type)))
      return {
        fill(cells, number, version) {
          kept.at(number)
          changing.at(number, version)
          wanted.forEach((values, index) => {
            cells[index + 1] = (index % 2 === 1 ? changing : kept).pick(values)
          })
        },
      }
    },
  })
}
