import type { CdcStats, CdcSummary, Percentiles } from '../../stream/cdc-stream.js'
import { info, type LogLine, countText, kindsText } from './log-line.js'

export function summaryLines(summary: CdcSummary): LogLine[] {
  const tables = Object.entries(summary.tables).map(([table, counts]) =>
    info(`${table}: ${kindsText(counts)}, ${countText(counts.rows, 'row')} now`),
  )
  return [...statsLines(summary), ...tables, info(`${whichText(summary)}, token ${summary.token}`)]
}

function whichText({ seed, shard, base }: CdcSummary): string {
  const text = shard === undefined ? `Seed ${seed}` : `Seed ${seed}, shard ${shard}`
  return base === undefined ? text : `${text}, base ${base}`
}

/** What is known of a run, also of one that failed. */
export function statsLines(stats: CdcStats): LogLine[] {
  const { commits, changes, changesPerSecond, latency, response, retries, resolved, overlap } = stats
  const lost = resolved === 0 ? '' : `, ${countText(resolved, 'lost answer')} to COMMIT resolved`
  const together = overlap > 1 ? `; up to ${overlap} transactions open at a time` : ''
  return [
    info(
      `Summary: ${commits === 1 ? '1 batch' : `${commits} batches`}, ${countText(changes, 'change')} (${kindsText(stats)}), ${changesPerSecond.toFixed(1)} changes/s`,
    ),
    info(
      `Commit latency: ${percentilesText(latency)}; ${retries === 1 ? '1 retry' : `${retries} retries`}${lost}${together}`,
    ),
    info(`From the scheduled start: ${percentilesText(response)}`),
  ]
}

function percentilesText({ p50, p95, p99, max }: Percentiles): string {
  return `p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, max ${max.toFixed(1)} ms`
}
