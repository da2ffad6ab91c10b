import { defineTable } from '../../src/tables/define-table.js'
import { Random } from '../../src/tables/random.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'

const TEXTS = [
  '',
  'N',
  '\\N',
  'a\tb',
  'line\nbreak',
  'back\\slash',
  '\b\f\r\v',
  'Ünïcödé €',
  '漢字',
  '🙂',
  ' ',
  'x'.repeat(300),
]

/** A table of a user with every type of column that there is. */
export const ownTable: TableDefinition = defineTable({
  name: 'own_things',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8', nullable: false },
    { name: 'small', type: 'int2' },
    { name: 'whole', type: 'int4' },
    { name: 'large', type: 'int8' },
    { name: 'exact', type: 'numeric(12,4)', recomputed: true },
    { name: 'unscaled', type: 'numeric(9,0)' },
    { name: 'label', type: 'text', recomputed: true },
    { name: 'flag', type: 'bool', recomputed: true },
    { name: 'day', type: 'date' },
  ],
  rows({ seed }) {
    const kept = new Random(seed, 'own')
    const changing = new Random(seed, 'own, changing')
    return {
      fill(cells, number, version) {
        kept.at(number)
        cells[1] = kept.between(-32_768, 32_767)
        cells[2] = kept.below(10) === 0 ? null : kept.between(-2_000_000_000, 2_000_000_000)
        cells[3] = (kept.below(2) === 0 ? 1 : -1) * kept.below(0x20_0000) * 0x1_0000_0000 + kept.next()
        cells[5] = kept.below(1_000_000_000)
        cells[8] = `20${kept.between(10, 29)}-0${kept.between(1, 9)}-1${kept.below(10)}`
        changing.at(number, version)
        cells[4] = changing.between(-2_000_000_000, 2_000_000_000) * 100 + version
        cells[6] = changing.below(8) === 0 ? null : `${TEXTS[changing.below(TEXTS.length)]!} ${version}`
        cells[7] = changing.below(3) === 0 ? null : changing.below(2) === 1
      },
    }
  },
})

/** Tables in a row, each the child of the one before it. */
export function chainOfTables(length: number): TableDefinition[] {
  return Array.from({ length }, (_, index) =>
    defineTable({
      name: `chain_${index}`,
      key: 'id',
      columns: [
        { name: 'id', type: 'int8' },
        { name: 'version', type: 'int4', recomputed: true },
      ],
      ...(index > 0 && { parent: { table: `chain_${index - 1}`, on: {} } }),
      rows: () => ({ fill: (cells, _number, version) => void (cells[1] = version) }),
    }),
  )
}
