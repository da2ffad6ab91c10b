import type { Piece } from '../protocol/message-framer.js'
import { FIELDS, textAt } from '../protocol/read-message.js'
import type { Replacement } from '../place.js'
import { commandComplete, ownStatement, query } from '../protocol/write-message.js'
import { OwnAnswers } from './own-answers.js'
import type { Treated } from './damage.js'

/** Another command in place of the client's, of the same kind of answer. */
export interface OtherCommand {
  /** The text that is sent, by the client's. */
  readonly sql: (text: string) => string
  /** The tag that the client receives, by the server's. */
  readonly tag: (tag: string) => string
}

/** A COMMIT that becomes a ROLLBACK, also at the end of a list of statements. */
export const rolledBack: OtherCommand = {
  sql: (text) => text.replace(LAST_COMMIT, '$1ROLLBACK'),
  tag: (tag) => (tag === 'ROLLBACK' ? 'COMMIT' : tag),
}

const LAST_COMMIT =
  /(^\s*|;\s*)(?:commit|end)\b(?=(?:\s+(?:work|transaction))?(?:\s+and\s+(?:no\s+)?chain)?(?:[\s;]|--[^\n]*|\/\*[\s\S]*?\*\/)*$)/i

/** Whether a statement is a COMMIT, or ends with one. */
export function endsWithCommit(text: string): boolean {
  return LAST_COMMIT.test(text)
}

/** A transaction that begins as READ COMMITTED. */
export const weakened: OtherCommand = {
  sql: (text) => text.replace(STRONG, '$1READ COMMITTED'),
  tag: (tag) => tag,
}

const STRONG = /(\bisolation\s+level\s+)(?:repeatable\s+read|serializable)\b/i

export function isStrong(text: string): boolean {
  return STRONG.test(text)
}

/** @param text Of the statement, without comments before it; it may have been prepared before */
export function swapCommand({ sql, tag }: OtherCommand, text: string): Treated {
  const answers = new OwnAnswers()
  let isDone = false
  const onMessage = ({ type, begins, ends }: Piece): Replacement | undefined => {
    if (begins === 0) return undefined
    if (type === 'Q' && ends > 0) {
      isDone = true
      return { send: [query(sql(text))] }
    }
    if (type !== 'E' || isDone) return answers.sent(type)
    isDone = true
    for (const letter of 'PBEC') answers.sent(letter, letter === 'E' ? 'passed' : 'dropped')
    return { send: ownStatement(sql(text)) }
  }
  const onAnswer = (piece: Piece): readonly Buffer[] | undefined => {
    if (answers.fateOf(piece) === 'dropped') return piece.type === 'E' ? undefined : []
    if (piece.type !== 'C' || !isDone) return undefined
    return [commandComplete(tag(textAt(piece.bytes, FIELDS)))]
  }
  return { treatment: { onMessage, onAnswer }, isDone: () => isDone }
}
