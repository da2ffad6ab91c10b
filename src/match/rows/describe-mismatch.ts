import { type Anomaly, countsInWords, type Mismatch } from '../anomaly.js'

/** A mismatch in words, a line each; the first one says which commits were looked at. */
export function describeMismatch(mismatch: Mismatch, tables: readonly string[], rows: number): string {
  const { since, until, anomalies, count, counts, keyed } = mismatch
  const range = since === until ? `commit ${since}` : `some commit from ${since} to ${until}`
  const whole = anomalies.filter(isWhole)
  const lines = [
    `Expected the ${rows} rows that were read of ${tables.join(' and ')} to be as after ${range}.`,
    ...whole.map(({ text }) => `  ${text}`),
    ...nearestLines(mismatch, whole.length > 0),
  ]
  for (const { text, history } of anomalies.filter((anomaly) => !isWhole(anomaly))) {
    lines.push(`  ${text}`)
    if (history !== undefined) lines.push(`    history: ${history}`)
  }
  if (count > anomalies.length) lines.push(`  … and ${count - anomalies.length} more; in all ${countsInWords(counts)}`)
  return (keyed ? lines : [...lines, ...differenceLines(mismatch)]).join('\n')
}

/** What is wrong with a column or a table as a whole comes first: the rest is said without it. */
function isWhole({ name }: Anomaly): boolean {
  return name === 'wrong column' || name === 'empty table'
}

function nearestLines({ nearest, differing, compared }: Mismatch, isRest: boolean): string[] {
  if (!compared) return []
  const aside = isRest ? 'Leaving that aside, the' : 'The'
  if (isRest && differing === 0) return [`${aside} nearest is commit ${nearest}: no row differs.`]
  const what = differing === 1 ? 'row differs' : 'rows differ, what was read and what is missing'
  return [`${aside} nearest is commit ${nearest}: ${differing} ${what}.`]
}

function differenceLines({ difference, differenceCounts }: Mismatch): string[] {
  const more = (shown: readonly string[], all: number): string[] =>
    all > shown.length ? [`    … and ${all - shown.length} more; in all ${all}`] : []
  const { missing, unexpected } = difference
  if (missing.length === 0 && unexpected.length === 0) return []
  return [
    '  The rows have no key column, so there is only the difference:',
    ...missing.map((row) => `    missing: ${row}`),
    ...more(missing, differenceCounts.missing),
    ...unexpected.map((row) => `    not expected: ${row}`),
    ...more(unexpected, differenceCounts.unexpected),
  ]
}
