import { createHash } from 'node:crypto'
import { baselineAbove, type PlanInput } from '../../src/plan/plan-input.js'
import { Planner } from '../../src/plan/planner.js'
import { noHazards } from '../../src/plan/mix/hazards.js'
import { shardSeed, shardStart } from '../../src/plan/shard.js'
import { planRows } from '../../src/plan/table-rows.js'
import { CopyText } from '../../src/tables/copy-text.js'
import { julianDay } from '../../src/tables/julian-day.js'
import { planInput } from '../support/plan-inputs.js'

/** Shard 3/4 above 1000, as a stream makes it. */
function shardInput(): PlanInput {
  const input = planInput({ seed: shardSeed(14, 2), shard: { index: 2, count: 4 } })
  return {
    ...input,
    tables: input.tables.map(({ definition }) => ({
      definition,
      baseline: baselineAbove(definition, shardStart(1000, 2)),
    })),
  }
}

/** Streams whose bytes are pinned: by name, the input and how many batches. */
export const goldenCases: Readonly<Record<string, { readonly input: PlanInput; readonly batches: number }>> = {
  'default mix': { input: planInput({ seed: 1 }), batches: 40 },
  '70/20/10': { input: planInput({ seed: 2, ratio: { insert: 70, update: 20, delete: 10 } }), batches: 20 },
  '40/20/40, one change a table': {
    input: planInput({ seed: 3, batchSize: 1, ratio: { insert: 40, update: 20, delete: 40 } }),
    batches: 500,
  },
  'ratio 0.3, sales, scale 1000': {
    input: planInput({ seed: 4, batchSize: 7, ratio: 0.3, tables: 'sales', scale: 1000 }),
    batches: 200,
  },
  'returns, no NULLs': { input: planInput({ seed: 5, tables: 'returns', nulls: 'none', ratio: 0.5 }), batches: 20 },
  'business date, largest seed': {
    input: planInput({ seed: 0xffff_ffff, businessDay: julianDay('2024-02-29') }),
    batches: 10,
  },
  'rows that stood there before': {
    input: planInput({ seed: 7, batchSize: 50, ratio: 0.5, foreign: [300, 100] }),
    batches: 40,
  },
  'hot keys': {
    input: planInput({ seed: 9, batchSize: 50, ratio: 0.5, hazards: { ...noHazards, hotKeys: 0.9 } }),
    batches: 40,
  },
  'chains on one key': {
    input: planInput({ seed: 10, batchSize: 50, ratio: 0.5, hazards: { ...noHazards, sameKeyChains: 0.4 } }),
    batches: 40,
  },
  'rows that come back': {
    input: planInput({
      seed: 11,
      batchSize: 50,
      ratio: 0.5,
      hazards: { ...noHazards, reinsert: 0.4 },
      foreign: [60, 60],
    }),
    batches: 40,
  },
  'every hazard, 40/20/40': {
    input: planInput({
      seed: 12,
      batchSize: 70,
      ratio: { insert: 40, update: 20, delete: 40 },
      hazards: { hotKeys: 0.7, sameKeyChains: 0.3, reinsert: 0.3, noopUpdates: 0.3 },
      foreign: [100, 200],
    }),
    batches: 60,
  },
  'every hazard, default mix': {
    input: planInput({ seed: 13, hazards: { hotKeys: 0.7, sameKeyChains: 0.3, reinsert: 0.01, noopUpdates: 0.3 } }),
    batches: 40,
  },
  'rows written as commit 0': {
    input: planInput({ seed: 8, batchSize: 50, ratio: 0.4, baselineRows: 1000 }),
    batches: 40,
  },
  'a shard': { input: shardInput(), batches: 20 },
}

/** SHA-256 over everything that a stream sends: runs, keys, versions, and the rows as COPY text. */
export function goldenHash({ input, batches }: { readonly input: PlanInput; readonly batches: number }): string {
  const hash = createHash('sha256')
  const rows = planRows(input)
  const texts = input.tables.map(({ definition: { columns } }) => new CopyText(columns))
  const planner = new Planner(input)
  const all = [Planner.baseline(input), ...Array.from({ length: batches }, () => planner.next())]
  for (const { commit, runs } of all) {
    for (const { kind, table, numbers, versions } of runs) {
      hash.update(`${commit} ${kind} ${table} ${numbers.join()} ${versions.join()}\n`)
      const text = texts[table]!
      numbers.forEach((number, i) => text.writeRow(rows[table]!.load(number, versions[i]!)))
      hash.update(text.take())
    }
  }
  return hash.digest('hex')
}
