import type { AuditGrade } from '../../src/audit/audit-grade.js'
import { useAuditBench } from './audited.js'
import { applyLate } from './pipelines.js'

interface MeasuredDelay {
  /** The median of what the commits really took to the sink, in milliseconds: never less than what was asked for. */
  readonly injected: number
  readonly grade: AuditGrade
  /** Whether the audit's medians are that, within 20 ms and one read. */
  readonly isRight: boolean
}

/** Lets an audit measure an applier that is 150 ms late. */
export async function measureDelay(seed: number): Promise<MeasuredDelay> {
  const took: number[] = []
  const bench = await useAuditBench({ batches: 100, batchSize: 2, interval: 20, seed })
  const grade = await bench.audit(applyLate(150, (delay) => took.push(delay)))
  await bench.stream[Symbol.asyncDispose]()
  const injected = took.toSorted((a, b) => a - b)[took.length >> 1]!
  const { staleness, took: reads } = grade
  const isNear = (found: number): boolean => Math.abs(found - injected) <= 20 + reads.p95
  return { injected, grade, isRight: !!staleness && isNear(staleness.milliseconds.p50) && isNear(staleness.age.p50) }
}
