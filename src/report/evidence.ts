import type { JobStatement } from '../errors.js'
import { type Anomaly, type Mismatch, countsInWords } from '../match/anomaly.js'
import { oneLine } from '../database/one-line.js'

/** Why an assertion failed, made of plain values, so that it can go to reporters. */
export interface Evidence {
  readonly text: string
  /** Some of each name, the most telling first; none where something else was wrong. */
  readonly anomalies: readonly Anomaly[]
  /** How many anomalies there are of each name. */
  readonly counts: Mismatch['counts']
  /** The commit that comes nearest to what was read. */
  readonly nearest?: number
  /** Where in the conversation of a job it was; two where two commits were made. */
  readonly places: readonly JobStatement[]
  /** The place, and what was done there, in words. */
  readonly where?: string | undefined
  /** The command that does the same at the same place again. */
  readonly replay?: string | undefined
}

const MOST_ANOMALIES = 20
const LONGEST_TEXT = 20_000
const LONGEST_ANOMALY = 1000
const LONGEST_KEY = 200

/** The same in bounded size. */
export function boundEvidence({ text, where, anomalies, ...rest }: Evidence): Evidence {
  return {
    ...rest,
    text: shorten(text, LONGEST_TEXT),
    where: where === undefined ? undefined : shorten(where, LONGEST_ANOMALY),
    anomalies: anomalies.slice(0, MOST_ANOMALIES).map(({ text: line, history, key, ...anomaly }) => ({
      ...anomaly,
      key: key === undefined ? undefined : shorten(key, LONGEST_KEY),
      text: shorten(line, LONGEST_ANOMALY),
      history: history === undefined ? undefined : shorten(history, LONGEST_ANOMALY),
    })),
  }
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`
}

const LONGEST_PLACE = 100
const LONGEST_LINE = 200

/** Evidence in one line: where, how many anomalies of which names, and the first one. */
export function evidenceInWords({ anomalies, counts, where, text }: Evidence): string {
  const [first] = anomalies
  const what = first ? `${countsInWords(counts)}; first ${first.text}` : (text.split('\n', 1)[0] ?? '')
  return oneLine(where === undefined ? what : `${oneLine(where, LONGEST_PLACE)}: ${what}`, LONGEST_LINE)
}
