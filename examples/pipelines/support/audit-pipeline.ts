import type { Pool } from 'pg'
import { expect } from 'vitest'
import type { AuditGrade, AuditOptions, AuditReader } from 'vitest-cloudberry-cdc'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'
import { compareByHand, type Compared, wholeTables } from './by-hand.js'
import { type FieldTool, recordRun } from './field-run.js'
import type { SinkDatabase } from './sink-database.js'

/** A pipeline that runs, and how its ends are read. */
export interface Audited extends Pick<AuditOptions, 'of' | 'within' | 'while'> {
  readonly tool: FieldTool
  readonly source: Pool
  readonly sink: SinkDatabase
  /** @default the tables of the stream, as of one moment */
  readonly read?: AuditReader
  /** @default the tables of the stream */
  readonly compared?: readonly Compared[]
  /** Resolves when the pipeline has nothing left to do. */
  readonly atRest?: () => Promise<unknown>
}

// #region audit
/** Grades a pipeline while the load goes on, asks SQL alone whether that is so at the end, and keeps both for the report. */
export async function auditPipeline(
  cdcStream: CdcStream,
  { tool, source, sink, read = () => sink.read(), compared = wholeTables, atRest, ...options }: Audited,
): Promise<AuditGrade> {
  const audit = await cdcStream.audit(read, { while: () => goesOn(cdcStream, 100), ...options })
  await atRest?.()
  const byHand = await compareByHand(source, sink.pool, compared)
  await recordRun({
    ...tool,
    verdict: audit.grade,
    because: audit.because,
    commits: audit.commits,
    reads: audit.reads,
    anomalies: audit.anomalies.map(({ name, reads }) => `${name} in ${reads} of ${audit.reads} reads`),
    byHand,
  })
  expect(byHand.missing + byHand.extra === 0, `by hand: ${JSON.stringify(byHand)}`).toBe(audit.arrived)
  return audit
}

/** Resolves after some more commits. */
export function goesOn(cdcStream: CdcStream, commits: number): Promise<unknown> {
  return cdcStream.reached(cdcStream.ledger.commit + commits)
}
// #endregion audit
