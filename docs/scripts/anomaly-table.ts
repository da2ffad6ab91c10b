import { type AnomalyMeaning, anomalyMeanings, anomalySources } from '../../src/match/anomaly.js'
import { markdownTable } from './table.js'

/** What can be wrong with what was read, with the terms of others and where they are defined. */
export function anomalyTable(): string {
  const meanings: readonly (readonly [string, AnomalyMeaning])[] = Object.entries(anomalyMeanings)
  const rows = meanings.map(([name, { means, elsewhere, sources = [] }]) => [
    `[${name}](#${name.replaceAll(' ', '-')})`,
    means,
    elsewhere === undefined ? '–' : `${elsewhere} (${sources.join(', ')})`,
  ])
  const list = Object.entries(anomalySources).map(([source, text]) => `- ${source}: ${text}`)
  return `${markdownTable(['anomaly', 'what it is', 'elsewhere'], rows)}\n\n${list.join('\n')}`
}
