import { forEachLine } from './copy-lines.js'
import type { LedgerTable } from './ledger-table.js'
import type { TableReader } from './table-reader.js'

/** Calls back with every row of a table that its ledger accounts for. The bytes are valid during the call only. */
export async function forEachRow(
  { rows }: LedgerTable,
  reader: TableReader,
  onRow: (key: number, bytes: Buffer, start: number, end: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  await forEachLine(reader.read(rows.definition, rows.keyFilter(), signal), (bytes, start, end) => {
    const key = keyAt(bytes, start, end)
    if (key > 0 || rows.numberOf(key) !== undefined) onRow(key, bytes, start, end)
  })
}

/** The number before the first tab; 0 where that is NULL. */
export function keyAt(bytes: Buffer, start: number, end: number): number {
  if (bytes[start] === BACKSLASH) return 0
  const negative = bytes[start] === MINUS
  let key = 0
  for (let at = negative ? start + 1 : start; at < end && bytes[at] !== TAB; at++) key = key * 10 + (bytes[at]! - ZERO)
  return negative ? -key : key
}

const [TAB, MINUS, ZERO, BACKSLASH] = [0x09, 0x2d, 0x30, 0x5c]
