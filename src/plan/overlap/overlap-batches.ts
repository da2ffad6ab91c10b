import type { BatchSource } from '../batch.js'
import { canMove, familiesOf, firstNumbers } from '../families/families.js'
import type { PlanInput } from '../plan-input.js'
import { AscendingInserts } from './ascending-inserts.js'
import { EarlyBegins } from './early-begins.js'
import { LateCommits } from './late-commits.js'
import { LATEST, type Overlap } from './overlap.js'
import { RolledBack } from './rolled-back.js'

/** Lets the transactions of a plan overlap, come late and fail. What every row goes through stays the same. */
export function overlapBatches(source: BatchSource, overlap: Overlap, input: PlanInput): BatchSource {
  const { seed } = input
  const families = familiesOf(input)
  const last = firstNumbers(families, input.baselineRows).map((numbers) => numbers.at(-1) ?? 0)
  const { writers, lateCommit, rollback, longTransaction } = overlap
  let batches = source
  if (lateCommit > 0 || longTransaction > 0) batches = new LateCommits(batches, overlap, families, seed)
  if (rollback > 0) {
    const moves = canMove(families)
    const highest = Math.max(0, ...last.filter((_, table) => moves[table]))
    batches = new RolledBack(batches, rollback, seed, moves, highest)
  }
  if (batches !== source) batches = new AscendingInserts(batches, last)
  return writers > 1 ? new EarlyBegins(batches, writers) : batches
}

/** How many commits can lie between the beginning of a transaction and its own commit. */
export function longestOverlap({ writers, lateCommit, longTransaction }: Overlap): number {
  const latest = Math.max(lateCommit > 0 ? LATEST : 0, longTransaction)
  // Every batch makes two commits at most, and as many late ones as can be open.
  return Math.max(writers - 1, latest === 0 ? 0 : 2 * (latest + 1) + LATEST + 1)
}
