import type { Pool } from 'pg'
import { expect } from 'vitest'
import type { AuditGrade, AuditOptions, AuditReader } from 'vitest-cloudberry-cdc'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'
import { type ByHand, compareByHand, wholeTables } from './by-hand.js'
import { type FieldTool, recordRun } from './field-run.js'
import type { SinkDatabase } from './sink-database.js'

/** A pipeline that runs, and how its ends are read. */
export interface Audited extends Pick<AuditOptions, 'of' | 'within' | 'while'> {
  readonly tool: FieldTool
  readonly read: AuditReader
  /** What SQL alone says at the end. */
  readonly byHand: () => Promise<ByHand>
  /** What else is to be said at the end. */
  readonly note?: () => string
}

// #region audit
/** Grades a pipeline while the load goes on, asks SQL alone whether that is so at the end, and keeps both for the report. */
export async function auditPipeline(
  cdcStream: CdcStream,
  { tool, read, byHand: count, note, ...options }: Audited,
): Promise<AuditGrade> {
  const audit = await cdcStream.audit(read, { while: () => goesOn(cdcStream, 100), ...options })
  const byHand = await count()
  await recordRun({
    ...tool,
    verdict: audit.grade,
    because: [audit.because, note?.()].filter(Boolean).join(' '),
    commits: audit.commits,
    reads: audit.reads,
    anomalies: audit.anomalies.map(({ name, reads }) => `${name} in ${reads} of ${audit.reads} reads`),
    byHand,
  })
  expect(byHand.missing + byHand.extra === 0, `by hand: ${JSON.stringify(byHand)}`).toBe(audit.arrived)
  return audit
}

/** The tables of the stream, as the sink has them. */
export function endsOf(source: Pool, sink: SinkDatabase): Pick<Audited, 'read' | 'byHand'> {
  return { read: () => sink.read(), byHand: () => compareByHand(source, sink.pool, wholeTables) }
}

/** Resolves after some more commits. */
export function goesOn(cdcStream: CdcStream, commits: number): Promise<unknown> {
  return cdcStream.reached(cdcStream.ledger.commit + commits)
}
// #endregion audit
