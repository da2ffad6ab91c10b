import { expect, test } from 'vitest'
import { planInput, type PlanOptions } from '../../support/plan-inputs.js'
import { planBatches } from '../../support/planned-batches.js'
import { chiSquareExcess } from '../../support/statistics.js'

const CLASSES = 40

/** How many of the picks fell into each of 40 equal parts of the live rows, from the oldest to the youngest. */
function picksByAge(options: PlanOptions, kind: 'update' | 'delete', batches: number): number[] {
  const input = planInput(options)
  const foreign = input.tables[0]!.baseline.images.map((_, i) => -i - 1)
  const live = [...foreign, ...Array.from({ length: input.baselineRows }, (_, i) => i + 1)]
  const counts = Array<number>(CLASSES).fill(0)
  for (const batch of planBatches(input, batches)) {
    const runs = batch.runs.filter(({ table }) => table === 0)
    const picked = runs.flatMap((run) => (run.kind === kind ? run.numbers : []))
    for (const number of picked) counts[Math.floor((live.indexOf(number) * CLASSES) / live.length)]! += 1
    for (const run of runs) {
      if (run.kind === 'delete') for (const number of run.numbers) live.splice(live.indexOf(number), 1)
      if (run.kind === 'insert') live.push(...run.numbers)
    }
  }
  return counts
}

// The number of rows is a multiple of the classes, or so large that it does not matter.
test.for<[string, PlanOptions, 'update' | 'delete', number]>([
  ['UPDATEs', { tables: 'sales', batchSize: 20, ratio: { update: 1 }, baselineRows: 800 }, 'update', 1000],
  [
    'UPDATEs of old and new',
    { tables: 'returns', batchSize: 20, ratio: { update: 1 }, baselineRows: 400, foreign: [400] },
    'update',
    1000,
  ],
  [
    'UPDATEs of a growing table',
    { tables: 'both', batchSize: 100, ratio: { insert: 50, update: 50 }, baselineRows: 4000 },
    'update',
    200,
  ],
  ['DELETEs', { tables: 'both', batchSize: 40, ratio: { insert: 50, delete: 50 }, baselineRows: 4000 }, 'delete', 400],
  [
    'DELETEs of old and new',
    { tables: 'both', batchSize: 40, ratio: { insert: 60, delete: 40 }, foreign: [3000, 3000] },
    'delete',
    400,
  ],
])('%s pick every row equally likely', ([, options, kind, batches]) => {
  const counts = picksByAge(options, kind, batches)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(5000)
  expect(chiSquareExcess(counts)).toBeLessThan(4)
})

test('the default mix picks every row equally likely', () => {
  for (const kind of ['update', 'delete'] as const) {
    const counts = picksByAge({ tables: 'returns', baselineRows: 2000, batchSize: 800 }, kind, 400)
    expect(chiSquareExcess(counts)).toBeLessThan(4)
  }
})
