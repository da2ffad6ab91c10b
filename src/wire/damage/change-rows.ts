import type { Piece } from '../protocol/message-framer.js'
import { FIELDS, textAt } from '../protocol/read-message.js'
import { commandComplete } from '../protocol/write-message.js'
import type { Treated } from './damage.js'

/** A row of an answer that does not come, or comes twice, and is counted so. */
export function changeRow(kind: 'row-left-out' | 'row-doubled', row: number): Treated {
  const change = kind === 'row-left-out' ? -1 : 1
  let rows = 0
  let isCopyText = false
  let isDone = false
  /** Whether CommandComplete, or the end of a part of the rows, is still to come. */
  let isUncounted = false
  let parts: Buffer[] = []
  const onRow = ({ bytes, begins, ends }: Piece): readonly Buffer[] | undefined => {
    rows += begins > 0 ? 1 : 0
    if (rows !== row) return undefined
    isDone = isUncounted = true
    if (change < 0) return []
    parts.push(Buffer.from(bytes))
    if (ends === 0) return []
    const twice = [...parts, ...parts]
    parts = []
    return twice
  }
  const onAnswer = (piece: Piece): readonly Buffer[] | undefined => {
    const { type, bytes } = piece
    if (type === 'D' || (type === 'd' && isCopyText)) return onRow(piece)
    if (type === 'H') isCopyText = bytes[FIELDS] === 0
    const wasUncounted = isUncounted
    if (type === 'C' || type === 's') isUncounted = false
    return type === 'C' && wasUncounted ? [commandComplete(counted(bytes, change))] : undefined
  }
  return { treatment: { onAnswer }, isDone: () => isDone }
}

/** `SELECT 5` → `SELECT 4`. */
function counted(message: Buffer, change: number): string {
  return textAt(message, FIELDS).replace(/\d+$/, (count) => String(Number(count) + change))
}
