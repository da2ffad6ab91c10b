import type { Percentiles } from '../../audit/percentiles.js'
import type { CdcStats, CdcSummary } from '../../stream/cdc-stream.js'
import { info, type LogLine, countText, kindsText, failure } from './log-line.js'
import type { RowDifference, Verification } from '../../ledger/verification.js'

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

const MOST_SHOWN = 10

export function verificationLines(verification: Verification): LogLine[] {
  const { equal, commit, rows, differing, differences } = verification
  const compared = Object.entries(rows).map(([table, count]) => `${table} (${countText(count, 'row')})`)
  const tables = new Intl.ListFormat('en').format(compared)
  if (equal) return [info(`Verified: ${tables} as the ledger has it after batch ${commit}`)]
  return [
    failure(`The database differs from the ledger after batch ${commit}: ${countText(differing, 'row')} of ${tables}`),
    ...differenceTexts({ differing, differences }).map(failure),
  ]
}

/** The first of the rows that differ, and how many more there are. */
export function differenceTexts({
  differing,
  differences,
}: Pick<Verification, 'differing' | 'differences'>): readonly string[] {
  const first = differences.slice(0, MOST_SHOWN).map(differenceText)
  const rest = differing - first.length
  return rest > 0 ? [...first, `… and ${countText(rest, 'more row')}`] : first
}

function differenceText({ table, key, kind, columns }: RowDifference): string {
  switch (kind) {
    case 'missing':
      return `${table} ${key}: the ledger has this row, the table does not`
    case 'unexpected':
      return `${table} ${key}: the table has this row, the ledger does not`
    case 'duplicate':
      return `${table} ${key}: the table has this key more than once`
    case 'different': {
      const cells = columns.map(
        ({ column, expected, actual }) => `${column} expected ${expected ?? 'NULL'}, got ${actual ?? 'NULL'}`,
      )
      return `${table} ${key}: ${cells.join('; ')}`
    }
  }
}
