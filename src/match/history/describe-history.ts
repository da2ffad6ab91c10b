import { countsInWords } from '../anomaly.js'
import type { HistoryMatch } from './match-history.js'

const MOST_SHOWN = 10

/** What is wrong with a history, a line each; the first one says which commits were looked at. */
export function describeHistory(
  table: string,
  { since, until, commit, versions, anomalies, counts }: HistoryMatch,
): string {
  const range = since === until ? `commit ${since}` : `some commit from ${since} to ${until}`
  const shown = anomalies.slice(0, MOST_SHOWN)
  const lines = [`Expected the ${versions} versions that were read to be the history of ${table} up to ${range}.`]
  if (since !== until && anomalies.some(({ name }) => name !== 'stale read')) {
    lines.push(`The nearest is commit ${commit}.`)
  }
  for (const { text, history } of shown) {
    lines.push(`  ${text}`)
    if (history !== undefined) lines.push(`    history: ${history}`)
  }
  if (anomalies.length > shown.length) {
    lines.push(`  … and ${anomalies.length - shown.length} more; in all ${countsInWords(counts)}`)
  }
  return lines.join('\n')
}
