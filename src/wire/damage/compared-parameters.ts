import { withoutTexts } from '../protocol/sql-words.js'

const COMPARISONS: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '=', '<>', '!='])

/** Words behind which `=` compares, and behind which it assigns. */
const CLAUSE = /\b(?:where|on|having|when|filter|and|or|set|do|values|select|from)\b/gi
const COMPARES: ReadonlySet<string> = new Set(['where', 'on', 'having', 'when', 'filter', 'and', 'or'])

/** The parameters, from 1, that a statement compares something with: `a >= $1`, `$1 < a`, `a BETWEEN $1 AND $2`. */
export function comparedParameters(sql: string): number[] {
  const text = withoutTexts(sql)
  const found = new Set<number>()
  for (const { 1: operator = '', 2: parameter, index } of text.matchAll(/([<>=!~@#%^&|?*/+-]+)\s*\$(\d+)\b/g)) {
    if (COMPARISONS.has(operator) && (operator !== '=' || compares(text.slice(0, index)))) found.add(Number(parameter))
  }
  const cast = String.raw`(?:\s*::\s*\w+)?`
  const before = new RegExp(String.raw`\$(\d+)\b${cast}\s*([<>=!~@#%^&|?*/+-]+)`, 'g')
  for (const { 1: parameter, 2: operator = '', index } of text.matchAll(before)) {
    if (COMPARISONS.has(operator) && compares(text.slice(0, index))) found.add(Number(parameter))
  }
  const between = new RegExp(String.raw`\bbetween\s+(?:symmetric\s+)?\$(\d+)\b${cast}\s+and\s+\$(\d+)\b`, 'gi')
  for (const { 1: from, 2: to } of text.matchAll(between)) {
    found.add(Number(from))
    found.add(Number(to))
  }
  return [...found].toSorted((a, b) => a - b)
}

function compares(before: string): boolean {
  const last = before.match(CLAUSE)?.at(-1)?.toLowerCase()
  return last !== undefined && COMPARES.has(last)
}
