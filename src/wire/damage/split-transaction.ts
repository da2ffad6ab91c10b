import type { Piece } from '../protocol/message-framer.js'
import type { Replacement } from '../place.js'
import { ownStatement, sync } from '../protocol/write-message.js'
import { OwnAnswers } from './own-answers.js'
import type { Treated } from './damage.js'

/** A transaction that ends before a statement, and goes on as another one. */
export function splitTransaction(begin: string): Treated {
  const answers = new OwnAnswers()
  let isDone = false
  const onMessage = ({ type, bytes, begins }: Piece): Replacement | undefined => {
    if (begins === 0) return undefined
    if (isDone || !'PBQ'.includes(type)) return answers.sent(type)
    isDone = true
    for (const letter of 'PBECPBECS') answers.sent(letter, 'dropped')
    answers.sent(type)
    return { send: [...ownStatement('COMMIT'), ...ownStatement(begin), sync, bytes] }
  }
  const onAnswer = (piece: Piece): readonly Buffer[] | undefined =>
    answers.fateOf(piece) === 'dropped' ? [] : undefined
  return { treatment: { onMessage, onAnswer }, isDone: () => isDone }
}
