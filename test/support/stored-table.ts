import { defineTable } from '../../src/tables/define-table.js'
import { Random } from '../../src/tables/random.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'

const MOODS = ['glad', 'so so', "o'clock", 'Ünïcödé']
const AMOUNTS = [1, 150, 99_999, 123_456_789]

/** A table whose columns have types of the database's own: an enum, domains, texts of a length. */
export const storedTable: TableDefinition = defineTable({
  name: 'stored_things',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8', nullable: false },
    { name: 'mood', type: 'text', enumType: 'mood', recomputed: true },
    { name: 'amount', type: 'numeric(9,2)', recomputed: true },
    { name: 'contact', type: 'text' },
    { name: 'country', type: 'text', recomputed: true },
    { name: 'label', type: 'text', recomputed: true },
    { name: 'stamps', type: 'timestamptz[]' },
  ],
  ddl: `
    CREATE TYPE mood AS ENUM ('glad', 'so so', 'o''clock', 'Ünïcödé');
    CREATE DOMAIN amount AS numeric(9,2) CHECK (VALUE > 0);
    CREATE DOMAIN contact AS text CHECK (VALUE LIKE '%@%');
    CREATE DOMAIN work_contact AS contact;
    CREATE DOMAIN stamps AS timestamptz[];
    CREATE TABLE stored_things (
      id bigint PRIMARY KEY,
      mood mood,
      amount amount,
      contact work_contact,
      country char(3),
      label varchar(12),
      stamps stamps
    )`,
  rows({ seed }) {
    const kept = new Random(seed, 'stored')
    const changing = new Random(seed, 'stored, changing')
    return {
      fill(cells, number, version) {
        kept.at(number)
        changing.at(number, version)
        cells[1] = changing.below(5) === 0 ? null : changing.pick(MOODS)
        cells[2] = changing.pick(AMOUNTS)
        cells[3] = `a\\b"${kept.below(1_000)}'@example.org`
        cells[4] = changing.pick(['DEU', 'ÉÜß', '1 2'])
        cells[5] = changing.pick(['', ' padded ', "it's", null])
        cells[6] = kept.pick(['{}', '{"2024-02-29 12:34:56.789+00",NULL}', null])
      },
    }
  },
})
