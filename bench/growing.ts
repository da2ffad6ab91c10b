import { PlannedLedger } from '../src/ledger/planned-ledger.js'
import type { Batch } from '../src/plan/batch.js'
import { Planner } from '../src/plan/planner.js'
import { planRows } from '../src/plan/table-rows.js'
import type { ConnectionOptions } from '../src/database/connection/connection.js'
import { RunRenderer } from '../src/database/postgres/run-renderer.js'
import type { Effort } from './support/effort.js'
import { interleave } from './support/interleave.js'
import { comparison, type Comparison, medianRatio, type PartResult, type Target } from './support/result.js'
import { churning, defaultMix, mixed, type NamedMix, planInput } from './support/settings.js'
import { growOnDatabase } from './growing-database.js'

const BATCH_SIZE = 200
const MILESTONES = [100_000, 10_000, 1_000_000, 10_000_000]
/** Batches that are timed at a milestone. */
const WINDOW = 100

const label = (changes: number): string => `${changes.toLocaleString('en-US')} changes`

/** Whether a batch takes longer after many changes than after few, and what many changes take of memory. */
export async function growing(server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  const comparisons: Comparison[] = []
  const targets: Target[] = []
  for (const mix of [defaultMix, mixed, churning]) {
    const times = await interleave({ [mix.name]: async () => grow(mix, effort.scale(MILESTONES.at(-1)!)) }, effort)
    const reached = MILESTONES.map(label).filter((name) => times.has(name))
    comparisons.push(
      comparison(`${mix.name}: a batch is planned and rendered after`, 'ms', times, reached),
      comparison(`${mix.name}: memory of plan and ledger after`, 'MB', times, reached.toReversed().map(memoryAfter)),
    )
    targets.push({
      text: `${mix.name}: a batch after ${reached.at(-1)}, × after ${reached[0]}`,
      value: medianRatio(times, reached.at(-1)!, reached[0]!),
      limit: 1.2,
      bound: 'at most',
    })
  }
  for (const mix of [defaultMix, mixed, churning]) comparisons.push(await growOnDatabase(server, mix, effort))
  return {
    title: 'Growing',
    comparisons,
    targets,
    notes: [
      `Batches of ${2 * BATCH_SIZE} changes; each time is the mean of ${WINDOW} batches.`,
      'On the database, a batch takes as long as its transaction; one run, and the spread is that of 100 transactions. It has PostgreSQL’s own growth in it: indexes, caches, dead rows.',
    ],
  }
}

const memoryAfter = (milestone: string): string => `memory: ${milestone}`

/** Milliseconds a batch, and MB, at every milestone. */
function grow(mix: NamedMix, most: number): Record<string, number> {
  const input = planInput(mix, BATCH_SIZE)
  const renderers = planRows(input).map((rows) => new RunRenderer(rows))
  const found: Record<string, number> = {}
  const before = memory()
  const planner = new Planner(input)
  let commit = 0
  const ledger = new PlannedLedger(input, {
    get sent() {
      return commit
    },
    get acknowledged() {
      return commit
    },
  })
  // The functions are compiled before the first milestone.
  for (let left = 3 * WINDOW, warm = new Planner(input); left > 0; left--) render(warm.next(), renderers)
  for (const milestone of MILESTONES.toSorted((a, b) => a - b).filter((changes) => changes <= most)) {
    const batches = milestone / (2 * BATCH_SIZE)
    while (planner.commit < batches) planner.next()
    commit = batches
    ledger.at(commit)
    // Other things let go of more than ten thousand changes take.
    found[memoryAfter(label(milestone))] = Math.max(0, memory() - before)
    const begun = performance.now()
    for (let left = WINDOW; left > 0; left--) render(planner.next(), renderers)
    found[label(milestone)] = (performance.now() - begun) / WINDOW
  }
  return found
}

function render({ runs }: Batch, renderers: readonly RunRenderer[]): void {
  for (const run of runs) {
    if (run.kind !== 'insert') renderers[run.table]!.parameters(run)
    else for (const chunk of renderers[run.table]!.copyText(run)) chunk.at(0)
  }
}

/** `heapUsed + external` after a forced collection, in MB. */
function memory(): number {
  // The second collection takes what the first has found to be without use outside of the heap.
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1_000_000
}
