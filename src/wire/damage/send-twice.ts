import type { Piece } from '../protocol/message-framer.js'
import { FIELDS, textAt } from '../protocol/read-message.js'
import type { Replacement } from '../place.js'
import { closePortal, sync } from '../protocol/write-message.js'
import { OwnAnswers } from './own-answers.js'
import type { Treated } from './damage.js'

/**
 * A statement that is done twice, and answered once: by the first answer, whose last message waits until the second is
 * done. Between the two there is a Sync, so that an error of the second takes nothing back outside of a transaction.
 */
export function sendTwice(): Treated {
  const answers = new OwnAnswers()
  let bind: Buffer | undefined
  let isDone = false
  let held: Buffer[] = []
  /** ReadyForQuery that the client does not expect. */
  let cycles = 0
  const onMessage = ({ type, bytes, begins, ends }: Piece): Replacement | undefined => {
    if (begins === 0) return undefined
    if (type === 'Q' && ends > 0 && !isDone) {
      isDone = true
      cycles = 1
      answers.sent('Q', 'held')
      answers.sent('Q', 'dropped')
      return { send: [bytes, bytes] }
    }
    if (type === 'B') bind = ends > 0 ? Buffer.from(bytes) : undefined
    if (type !== 'E' || !bind || isDone) return answers.sent(type)
    isDone = true
    cycles = 2
    const portal = textAt(bytes, FIELDS)
    answers.sent('E', 'held')
    for (const letter of 'SCBES') answers.sent(letter, 'dropped')
    return { send: [bytes, sync, closePortal(portal), bind, bytes, sync] }
  }
  const onAnswer = (piece: Piece): readonly Buffer[] | undefined => {
    const fate = answers.fateOf(piece)
    if (fate === 'passed') return undefined
    if (fate === 'held') {
      if (!'CZIs'.includes(piece.type)) return undefined
      // A list of statements has several, of which all but the last one pass.
      const passed = held
      held = [Buffer.from(piece.bytes)]
      return passed
    }
    if (piece.type === 'Z') cycles -= 1
    if (cycles > 0) return []
    const passed = held
    held = []
    return passed
  }
  return { treatment: { onMessage, onAnswer }, isDone: () => isDone }
}
