import { PlannedLedger } from '../src/ledger/planned-ledger.js'
import { storeSales } from '../src/tables/store-sales.js'
import type { ConnectionOptions } from '../src/database/connection/connection.js'
import type { Effort } from './support/effort.js'
import { interleave } from './support/interleave.js'
import { comparison, type PartResult } from './support/result.js'
import { churning, defaultMix, type NamedMix, planInput } from './support/settings.js'
import { summarize } from './support/statistics.js'

const CHANGES = 10_000_000
const BATCH_SIZE = 200
/** Megabytes for the default mix. */
const LIMIT = 32

/** Memory that ten million changes take once they are planned and entered in the ledger. */
export async function memory(_server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  if (!globalThis.gc) throw new Error('Expected node to run with --expose-gc. Use `npm run bench`.')
  const changes = effort.scale(CHANGES)
  const grown = await interleave(
    { [defaultMix.name]: async () => grow(defaultMix, changes), [churning.name]: async () => grow(churning, changes) },
    effort,
  )
  return {
    title: 'Memory',
    comparisons: [
      comparison(`${changes.toLocaleString('en-US')} changes in the ledger`, 'MB', grown, [
        defaultMix.name,
        churning.name,
      ]),
    ],
    targets: [
      {
        text: `${defaultMix.name}: MB`,
        value: summarize(grown.get(defaultMix.name)!).median,
        limit: LIMIT,
        bound: 'at most',
      },
    ],
    notes: ['`heapUsed + external` after a forced collection. 40/20/40 leaves as few rows as it began with.'],
  }
}

function grow(mix: NamedMix, changes: number): number {
  const input = planInput(mix, BATCH_SIZE)
  const commits = changes / (BATCH_SIZE * input.tables.length)
  const before = used()
  const ledger = new PlannedLedger(input, { sent: commits, acknowledged: commits })
  ledger.at(commits)
  const grown = used() - before
  // Asked afterwards, so that the ledger is still there when its memory is measured.
  if (ledger.at(commits).count(storeSales.name) === 0) throw new Error('Expected rows.')
  return grown
}

function used(): number {
  // The second collection takes what the first has found to be without use outside of the heap.
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1_000_000
}
