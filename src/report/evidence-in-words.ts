import { countsInWords } from '../match/anomaly.js'
import { oneLine } from '../database/one-line.js'
import type { Evidence } from './evidence.js'

const LONGEST_PLACE = 100
const LONGEST_LINE = 200

/** Evidence in one line: where, how many anomalies of which names, and the first one. */
export function evidenceInWords({ anomalies, counts, where, text }: Evidence): string {
  const [first] = anomalies
  const what = first ? `${countsInWords(counts)}; first ${first.text}` : (text.split('\n', 1)[0] ?? '')
  return oneLine(where === undefined ? what : `${oneLine(where, LONGEST_PLACE)}: ${what}`, LONGEST_LINE)
}
