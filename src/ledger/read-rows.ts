import type { TableRows } from '../plan/table-rows.js'
import { splitCopyRow, textToCell } from '../tables/copy-row.js'
import { keyText } from '../tables/keys/table-key.js'
import type { Cell } from '../tables/column.js'
import { forEachLine } from './copy-lines.js'
import type { LedgerTable } from './ledger-table.js'
import type { TableReader } from './table-reader.js'

/**
 * Calls back with every row of a table that its ledger accounts for, and its number, if it is one of the stream's. The
 * bytes are valid during the call only.
 */
export async function forEachRow(
  { rows }: LedgerTable,
  reader: TableReader,
  onRow: (number: number | undefined, bytes: Buffer, start: number, end: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const takeInteger = (bytes: Buffer, start: number, end: number): void => {
    const key = integerAt(bytes, start, end)
    const number = rows.numberOfInteger(key)
    if (key > 0 || number !== undefined) onRow(number, bytes, start, end)
  }
  const take = (bytes: Buffer, start: number, end: number): void => {
    const key = keyCells(rows, bytes, start, end)
    const number = rows.numberOf(key)
    if (number !== undefined || !rows.isForeign(key)) onRow(number, bytes, start, end)
  }
  const lines = reader.read(rows.definition, rows.keyFilter(), signal)
  await forEachLine(lines, rows.key.isFirstInteger ? takeInteger : take)
}

/** The key of a row in words. */
export function keyTextAt(rows: Pick<TableRows, 'key'>, row: Buffer): string {
  return keyText(keyCells(rows, row, 0, row.length))
}

/** What cannot be a cell is left as its text. */
function keyCells({ key: { parts } }: Pick<TableRows, 'key'>, bytes: Buffer, start: number, end: number): Cell[] {
  const cells = Array<Cell>(parts.length).fill(null)
  let wanted = parts.length
  let from = start
  for (let index = 0; wanted > 0 && from <= end; index++) {
    const tab = bytes.indexOf(TAB, from)
    const to = tab < 0 || tab > end ? end : tab
    const place = parts.findIndex((part) => part.index === index)
    if (place >= 0) {
      const [text = null] = splitCopyRow(bytes.toString('utf8', from, to))
      cells[place] = textToCell(parts[place]!.column, text) ?? text
      wanted -= 1
    }
    from = to + 1
  }
  return cells
}

/** The number before the first tab; 0 where that is NULL. */
function integerAt(bytes: Buffer, start: number, end: number): number {
  if (bytes[start] === BACKSLASH) return 0
  const negative = bytes[start] === MINUS
  let key = 0
  for (let at = negative ? start + 1 : start; at < end && bytes[at] !== TAB; at++) key = key * 10 + (bytes[at]! - ZERO)
  return negative ? -key : key
}

const [TAB, MINUS, ZERO, BACKSLASH] = [0x09, 0x2d, 0x30, 0x5c]
