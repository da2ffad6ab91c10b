import type { Piece } from '../protocol/message-framer.js'

/** What becomes of the server's answer to a message. */
export type Fate = 'passed' | 'dropped' | 'held'

interface Awaited {
  readonly letter: string
  readonly fate: Fate
}

/** The last message of an answer, by the letter of what is answered. */
const LAST: Readonly<Record<string, string>> = { P: '1', B: '2', C: '3', D: 'Tn', E: 'CsI', S: 'Z', Q: 'Z' }

/**
 * Keeps the answers to what a treatment has sent apart from the answers to what the client has sent. It has to know of all
 * messages of the statement, but of the client's Syncs.
 */
export class OwnAnswers {
  #awaited: Awaited[] = []

  /** Something goes to the server. */
  sent(letter: string, fate: Fate = 'passed'): void {
    if (letter in LAST) this.#awaited.push({ letter, fate })
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
    } else if (ends > 0 && LAST[head.letter]?.includes(type)) this.#awaited.shift()
    return head.fate
  }
}
