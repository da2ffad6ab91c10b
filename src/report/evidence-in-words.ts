import type { JobStatement } from '../errors.js'
import { countsInWords } from '../match/count-names.js'
import { oneLine } from '../target/one-line.js'
import type { Evidence } from './evidence.js'

const LONGEST_STATEMENT = 60
const LONGEST_LINE = 200

/** Evidence in one line: where, how many anomalies of which names, and the first one. */
export function evidenceInWords({ anomalies, counts, places, text }: Evidence): string {
  const where = places.map((place) => `before ${placeInWords(place)}`).join(' and ')
  const [first] = anomalies
  const what = first ? `${countsInWords(counts)}; first ${first.text}` : (text.split('\n', 1)[0] ?? '')
  return oneLine(where === '' ? what : `${where}: ${what}`, LONGEST_LINE)
}

/** `statement 4, INSERT INTO … (time 2)`. */
export function placeInWords({ number, statement, occurrence }: JobStatement): string {
  return `statement ${number}, ${oneLine(statement, LONGEST_STATEMENT)}${occurrence === 1 ? '' : ` (time ${occurrence})`}`
}
