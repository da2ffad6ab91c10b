import { expect, test } from 'vitest'
import { readEvents } from '../../../src/index.js'
import { defineTable } from '../../../src/tables/define-table.js'
import type { ColumnType } from '../../../src/tables/column.js'

/** What Debezium 3.3.1 wrote of a column, by type, with the name in its schema; and the cell that PostgreSQL had. */
const told: readonly (readonly [type: ColumnType, value: string, name: string | undefined, cell: string])[] = [
  ['timestamp', '9223372036825200000', 'io.debezium.time.MicroTimestamp', 'infinity'],
  ['timestamp', '-9223372036832400000', undefined, '-infinity'],
  ['timestamp', '9223372036825200', 'org.apache.kafka.connect.data.Timestamp', 'infinity'],
  ['timestamp', '-9223372036832400', undefined, '-infinity'],
  ['timestamp', '"+294247-01-10T04:00:25.2Z"', 'io.debezium.time.IsoTimestamp', 'infinity'],
  ['timestamp', '-62135596800000000', undefined, '0001-01-01 00:00:00'],
  ['timestamp', '253402300799000000', 'io.debezium.time.MicroTimestamp', '9999-12-31 23:59:59'],
  ['timestamp', '1709210096789000000', 'io.debezium.time.NanoTimestamp', '2024-02-29 12:34:56.789'],
  ['timestamptz(3)', '"-0043-03-15T12:00:00.000Z"', undefined, '0044-03-15 12:00:00+00 BC'],
  ['time(3)', '1000', 'io.debezium.time.MicroTime', '00:00:00.001'],
  ['time(3)', '1000000', 'io.debezium.time.NanoTime', '00:00:00.001'],
  ['time', '86400000', 'org.apache.kafka.connect.data.Time', '24:00:00'],
  ['date[]', '[19782,10956]', undefined, '{2024-02-29,1999-12-31}'],
  ['date[]', '["2024-02-29Z",null]', undefined, '{2024-02-29,NULL}'],
  ['numeric(9,2)[]', '["AJY=","+w==",null,"O5rJ/w=="]', undefined, '{1.50,-0.05,NULL,9999999.99}'],
  ['bool[]', '[true,false,null]', undefined, '{t,f,NULL}'],
  ['bytea[]', '["AP8="]', undefined, String.raw`{"\\x00ff"}`],
]

test.each(told)('%s: %s is read, its schema says %s', (type, value, name, cell) => {
  const table = defineTable({
    name: 't',
    key: 'id',
    columns: [
      { name: 'id', type: 'int8' },
      { name: 'told', type },
    ],
    rows: () => ({ fill: () => {} }),
  })
  const source = `{"version":"3.3.1.Final","connector":"postgresql","table":"t","txId":1}`
  const payload = `{"before":null,"after":{"id":1,"told":${value}},"op":"c","source":${source}}`
  const schema = { fields: [{ field: 'after', fields: [{ field: 'told', name }] }] }
  const event = name === undefined ? payload : `{"schema":${JSON.stringify(schema)},"payload":${payload}}`
  expect(readEvents([event], { tables: [table] })).toMatchObject([{ after: { id: '1', told: cell } }])
})
