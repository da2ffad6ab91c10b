import type { Cell, Column } from './column.js'
import { typeOf } from './types/cell-types.js'

const unescaped: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** The column texts of one row in the text format of COPY, without the newline; NULL is `null`. */
export function splitCopyRow(row: string): (string | null)[] {
  return row
    .split('\t')
    .map((text) =>
      text === '\\N' ? null : text.replaceAll(/\\(.)/gs, (_, character: string) => unescaped[character] ?? character),
    )
}

/** The cell of a text as PostgreSQL writes it, or undefined where it is beyond what cells can hold exactly. */
export function textToCell({ type }: Column, text: string | null): Cell | undefined {
  return text === null ? null : typeOf(type).ofText(text, type)
}
