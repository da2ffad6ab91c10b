import { Ledger } from '../src/ledger/ledger.js'
import { resolveMix } from '../src/plan/mix.js'
import { emptyBaseline } from '../src/plan/plan-input.js'
import { storeReturns } from '../src/tables/store-returns.js'
import { storeSales } from '../src/tables/store-sales.js'

/*
 * Memory that ten million changes take once they are planned and entered in the ledger:
 * `node --expose-gc --import tsx bench/memory.ts`. Fails when the default mix takes 32 MB or more.
 */
const CHANGES = 10_000_000
const BATCH_SIZE = 200
const LIMIT = 32
const STEPS = 10

const mixes = [
  { name: 'default mix', ratio: undefined, limit: LIMIT },
  { name: '40/20/40', ratio: { insert: 40, update: 20, delete: 40 }, limit: Number.POSITIVE_INFINITY },
] as const

/** `heapUsed + external` after a forced collection, in MB. */
function memory(): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1_000_000
}

if (!globalThis.gc) throw new Error('Expected node to run with --expose-gc. Use `npm run bench:memory`.')

for (const { name, ratio, limit } of mixes) {
  const tables = [storeSales, storeReturns]
  let commit = 0
  const input = {
    tables,
    baseline: tables.map(() => emptyBaseline),
    baselineRows: 0,
    batchSize: BATCH_SIZE,
    mix: resolveMix(ratio),
    seed: 1,
    scale: 1,
    nulls: 'tpcds',
    businessDay: undefined,
  } as const
  const progress = {
    get sent() {
      return commit
    },
    get acknowledged() {
      return commit
    },
  }
  const ledger = new Ledger(input, progress)
  const commits = CHANGES / (BATCH_SIZE * tables.length)
  const before = memory()
  for (let step = 1; step <= STEPS; step++) {
    commit = (commits / STEPS) * step
    ledger.at(commit)
  }
  const grown = memory() - before
  const rows = ledger.at(commit).count(storeSales.name)
  console.log(`${name}: ${CHANGES} changes in ${commits} commits, ${rows} sales live: grown by ${grown.toFixed(1)} MB`)
  if (grown >= limit) process.exitCode = 1
}
