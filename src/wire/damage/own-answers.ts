import { LAST_ANSWERS } from '../protocol/expected-answers.js'
import type { Piece } from '../protocol/message-framer.js'

/** What becomes of the server's answer to a message. */
export type Fate = 'passed' | 'dropped' | 'held'

/**
 * Keeps the answers to what a treatment has sent apart from the answers to what the client has sent. It has to know of all
 * messages of the statement, but of the client's Syncs.
 */
export class OwnAnswers {
  #awaited: { readonly letter: string; readonly fate: Fate }[] = []

  sent(letter: string, fate: Fate = 'passed'): undefined {
    if (letter in LAST_ANSWERS) this.#awaited.push({ letter, fate })
  }

  /** What becomes of the server's next message. */
  fateOf({ type, ends }: Piece): Fate {
    const [head] = this.#awaited
    if (!head || type === 'S' || type === 'A') return 'passed'
    if (type === 'Z' && head.letter !== 'S' && head.letter !== 'Q') return 'passed'
    if (type === 'E' && head.letter !== 'Q') {
      // After an error the server says nothing until a Sync.
      const sync = this.#awaited.findIndex(({ letter }) => letter === 'S')
      this.#awaited.splice(0, sync === -1 ? this.#awaited.length : sync)
    } else if (ends > 0 && LAST_ANSWERS[head.letter]?.includes(type)) this.#awaited.shift()
    return head.fate
  }
}
