import type { Piece } from '../protocol/message-framer.js'
import { FIELDS } from '../protocol/read-message.js'
import type { Replacement } from '../place.js'
import { bindComplete, closeComplete } from '../protocol/write-message.js'
import type { KeptAnswer } from './answer-log.js'
import type { Treated } from './damage.js'

/** A statement that is not sent, and answered as it was once. Its Parse is sent, as others may bind what it prepares. */
export function leaveOut(answer: KeptAnswer): Treated {
  const executes = answer.executes.values()
  let isDone = false
  /** What is said at the end of the rows that are not taken. */
  let copied: readonly Buffer[] | undefined
  const forged = (piece: Piece): readonly Buffer[] | undefined => {
    switch (piece.type) {
      case 'Q':
      case 'F': {
        const end = answer.query.findIndex((bytes) => bytes[0] === COPY_IN) + 1
        if (end > 0) copied = answer.query.slice(end)
        return end > 0 ? answer.query.slice(0, end) : answer.query
      }
      case 'B':
        return [bindComplete]
      case 'D':
        return isPortal(piece) ? answer.describe : undefined
      case 'E':
        return executes.next().value
      case 'C':
        return isPortal(piece) ? [closeComplete] : undefined
      case 'd':
        return copied && []
      case 'c':
      case 'f': {
        const end = copied
        copied = undefined
        return end
      }
      default:
        return undefined
    }
  }
  const onMessage = (piece: Piece): Replacement | undefined => {
    const said = forged(piece)
    if (!said) return undefined
    isDone ||= 'QFE'.includes(piece.type)
    return { send: [], answer: said }
  }
  return { treatment: { onMessage }, isDone: () => isDone }
}

const COPY_IN = 'G'.charCodeAt(0)
const PORTAL = 'P'.charCodeAt(0)

function isPortal({ bytes }: Piece): boolean {
  return bytes[FIELDS] === PORTAL
}
