import type { TableRows } from '../plan/table-rows.js'
import { textToCell } from '../tables/copy-row.js'
import type { GivenKey } from './public-ledger.js'

const MANY = /^\((.*)\)$/s

/** The row of a key that somebody names; undefined where the stream has none. */
export function numberOfGiven(rows: Pick<TableRows, 'key' | 'numberOf'>, given: GivenKey): number | undefined {
  const { parts } = rows.key
  const texts = (typeof given === 'object' ? given : partsOf(String(given), parts.length)).map(String)
  const cells = parts.map(({ column }, place) => {
    const text = texts[place]
    return text === undefined ? null : textToCell(column, text)
  })
  return texts.length === parts.length ? rows.numberOf(cells) : undefined
}

/** Of several columns, as `keyText` writes them. */
function partsOf(text: string, count: number): readonly string[] {
  const inner = count === 1 ? undefined : MANY.exec(text)?.[1]
  return inner === undefined ? [text] : inner.split(', ')
}
