import { planRows } from '../src/plan/table-rows.js'
import { resolveMix } from '../src/plan/mix/mix.js'
import { emptyBaseline } from '../src/plan/plan-input.js'
import type { ConnectionOptions } from '../src/database/connection/connection.js'
import type { Column } from '../src/tables/column.js'
import { CopyText } from '../src/tables/copy-text.js'
import { defineTable } from '../src/tables/define-table.js'
import { Random } from '../src/tables/random.js'
import { timestampText } from '../src/tables/types/timestamp.js'
import type { Effort } from './support/effort.js'
import { interleave } from './support/interleave.js'
import { rate } from './support/schema.js'
import { comparison, type PartResult } from './support/result.js'
import { SEED } from './support/settings.js'
import { summarize } from './support/statistics.js'

const CHUNK = 0x10000

const id: Column = { name: 'id', type: 'int8', nullable: false }
const common: readonly Column[] = [
  { name: 'quantity', type: 'int4' },
  { name: 'amount', type: 'numeric(9,2)', recomputed: true },
  { name: 'note', type: 'text' },
  { name: 'is_open', type: 'bool' },
  { name: 'day', type: 'date' },
  { name: 'updated_at', type: 'timestamptz' },
  { name: 'token', type: 'uuid' },
]

/** As a draft of `inspect` fills them. */
const mixed = defineTable({
  name: 'mixed_types',
  key: 'id',
  columns: [id, ...common],
  rows({ seed }) {
    const random = new Random(seed, 'mixed_types')
    const changing = new Random(seed, 'mixed_types, changing')
    return {
      fill(cells, number, version) {
        random.at(number)
        changing.at(number, version)
        cells[1] = random.between(1, 1_000)
        cells[2] = changing.between(1, 999_999)
        cells[3] = `note ${random.below(10_000)}`
        cells[4] = random.below(2) === 1
        cells[5] = timestampText(Date.UTC(2024, 0, 1 + random.below(366))).slice(0, 10)
        cells[6] = `${timestampText(Date.UTC(2024, 0, 1) + random.below(31_622_400) * 1000 + random.below(1000))}+00`
        cells[7] = `${random.next().toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`
      },
    }
  },
})

/** The same number of columns, all of them numbers: the least that a row can cost. */
const numbers = defineTable({
  name: 'numbers',
  key: 'id',
  columns: [id, ...common.map(({ name }): Column => ({ name, type: 'int4', recomputed: name === 'amount' }))],
  rows({ seed }) {
    const random = new Random(seed, 'numbers')
    return {
      fill(cells, number, version) {
        random.at(number, version)
        for (let index = 1; index < 8; index++) cells[index] = random.between(1, 1_000)
      },
    }
  },
})

const TABLES = { 'eight columns of mixed types': mixed, 'eight columns of integers': numbers }

/** How fast rows of the common types are drawn and rendered. */
export async function typing(_server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  const count = effort.scale(500_000)
  const contenders = Object.entries(TABLES).map(([name, definition]) => {
    const tables = [{ definition, baseline: emptyBaseline }]
    const rows = planRows({
      tables,
      seed: SEED,
      scale: 1,
      nulls: 'none',
      businessDay: undefined,
      mix: resolveMix(undefined),
    })[0]!
    const text = new CopyText(definition.columns)
    const render = (): void => {
      for (let number = 1; number <= count; number++) {
        text.writeRow(rows.load(number, 0))
        if (text.length >= CHUNK) text.clear()
      }
    }
    return [name, async () => rate(count, async () => render())] as const
  })
  const measured = await interleave(Object.fromEntries(contenders), effort)
  const [name, base] = Object.keys(TABLES)
  return {
    title: 'Columns of all types',
    comparisons: [comparison('COPY text, one core', 'rows/s', measured, [base!, name!])],
    targets: [
      {
        text: `COPY text of ${name}: rows a second`,
        value: summarize(measured.get(name!)!).median,
        limit: 500_000,
        bound: 'at least',
      },
    ],
    notes: [
      'int8 (the key), int4, numeric(9,2), text, bool, date, timestamptz with milliseconds, uuid: drawn, then rendered.',
    ],
  }
}
