import { exactNumber } from './encode-row.js'

/** Where a number may stand that a double does not hold exactly. Debezium's clocks are in every event, and never read. */
const LONG = /(?<![\d.]|"ts_[un]s":)\d[\d.]{15}/

const TOKEN = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/**
 * Parses JSON. A number that a double does not hold exactly becomes the text that stands there: keys and amounts of money
 * keep their digits.
 *
 * @throws SyntaxError for what is no JSON
 */
export function parseExactJson(text: string): unknown {
  if (!LONG.test(text)) return JSON.parse(text) as unknown
  return JSON.parse(text.replace(TOKEN, (token) => (isInexact(token) ? `"${token}"` : token))) as unknown
}

function isInexact(token: string): boolean {
  return !token.startsWith('"') && !/e/i.test(token) && typeof exactNumber(token) === 'string'
}
