import type { Mismatch } from './anomaly.js'

/** A mismatch in words, a line each; the first one says which commits were looked at. */
export function describeMismatch(mismatch: Mismatch, tables: readonly string[], rows: number): string {
  const { since, until, nearest, differing, keyed, anomalies, count, counts, difference } = mismatch
  const range = since === until ? `commit ${since}` : `some commit from ${since} to ${until}`
  const lines = [
    `Expected the ${rows} rows that were read of ${tables.join(' and ')} to be as after ${range}.`,
    `The nearest is commit ${nearest}: ${differing} ${differing === 1 ? 'row differs' : 'rows differ, what was read and what is missing'}.`,
  ]
  for (const { text, history } of anomalies) {
    lines.push(`  ${text}`)
    if (history !== undefined) lines.push(`    history: ${history}`)
  }
  if (count > anomalies.length) {
    const all = Object.entries(counts).map(([name, number]) => `${number} × ${name}`)
    lines.push(`  … and ${count - anomalies.length} more; in all ${all.join(', ')}`)
  }
  if (!keyed) {
    lines.push('  The rows have no key column, so there is only the difference:')
    lines.push(...difference.missing.map((row) => `    missing: ${row}`))
    lines.push(...difference.unexpected.map((row) => `    not expected: ${row}`))
  }
  return lines.join('\n')
}
