import type { CdcStats, CdcSummary } from '../stream/cdc-stream.js'
import { info, type LogLine } from './log-line.js'
import { countText, kindsText } from './wording.js'

/** The final account, for people. */
export function summaryLines(summary: CdcSummary): LogLine[] {
  const tables = Object.entries(summary.tables).map(([table, counts]) =>
    info(`${table}: ${kindsText(counts)}, ${countText(counts.rows, 'row')} now`),
  )
  return [...statsLines(summary), ...tables, info(`Seed ${summary.seed}, token ${summary.token}`)]
}

/** What is known of a run, also of one that failed. */
export function statsLines(stats: CdcStats): LogLine[] {
  const { commits, changes, changesPerSecond, latency, retries, resolved } = stats
  const lost = resolved === 0 ? '' : `, ${countText(resolved, 'lost answer')} to COMMIT resolved`
  return [
    info(
      `Summary: ${commits === 1 ? '1 batch' : `${commits} batches`}, ${countText(changes, 'change')} (${kindsText(stats)}), ${changesPerSecond.toFixed(1)} changes/s`,
    ),
    info(
      `Commit latency: p50 ${latency.p50.toFixed(1)} ms, p95 ${latency.p95.toFixed(1)} ms, p99 ${latency.p99.toFixed(1)} ms, max ${latency.max.toFixed(1)} ms; ${retries === 1 ? '1 retry' : `${retries} retries`}${lost}`,
    ),
  ]
}
