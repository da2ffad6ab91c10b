import type { Anomaly, AnomalyName, Mismatch } from './anomaly.js'

/** How many anomalies there are of each name. */
export function countNames(anomalies: readonly Anomaly[]): Mismatch['counts'] {
  const counts: Partial<Record<AnomalyName, number>> = {}
  for (const { name } of anomalies) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** Such as `2 × lost insert, 1 × phantom`. */
export function countsInWords(counts: Mismatch['counts']): string {
  return Object.entries(counts)
    .map(([name, number]) => `${number} × ${name}`)
    .join(', ')
}
