import type { AuditGrade } from '../../src/audit/audit-grade.js'
import { useAuditBench } from './audited.js'
import { applyLate } from './pipelines.js'

interface MeasuredDelay {
  /** The median of what the commits really took to the sink, in milliseconds: never less than what was asked for. */
  readonly injected: number
  /** The same as the audit has measured it. */
  readonly measured: number
  readonly grade: AuditGrade
  /** Whether these are the same, within 20 ms and one read. */
  readonly isRight: boolean
}

/**
 * Lets an audit measure an applier that is 150 ms late. On a machine that is busy it is later, now more, now less: so the delay of the
 * last commit that was applied counts, at each read.
 */
export async function measureDelay(seed: number): Promise<MeasuredDelay> {
  const applied: { readonly at: number; readonly delay: number }[] = []
  const bench = await useAuditBench({ batches: 100, batchSize: 2, interval: 20, seed })
  const grade = await bench.audit(applyLate(150, (delay) => applied.push({ at: Date.now(), delay })))
  await bench.stream[Symbol.asyncDispose]()
  const reads = grade.curve.flatMap(({ milliseconds }, index) => {
    const last = applied.findLastIndex(({ at }) => at <= bench.readAt[index]!)
    // Before the first one and after the last one there is no delay to be seen.
    if (last < 0 || last === applied.length - 1 || milliseconds === null) return []
    return [{ injected: applied[last]!.delay, measured: milliseconds }]
  })
  const [injected, measured] = [median(reads.map((read) => read.injected)), median(reads.map((read) => read.measured))]
  return { injected, measured, grade, isRight: Math.abs(measured - injected) <= 20 + grade.took.p95 }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}
