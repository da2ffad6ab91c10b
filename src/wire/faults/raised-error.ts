import type { Piece } from '../protocol/message-framer.js'
import { groupOf, query } from '../protocol/write-message.js'
import type { Place, Replacement, Treatment } from '../place.js'
import { type RaisedCode, raisedMessages, endsTransaction } from './fault.js'

/** The names of statements of ours. */
const FAILING = 'vitest_cloudberry_cdc_fault'
const ENDING = 'vitest_cloudberry_cdc_end'

/**
 * A statement of ours that fails takes the place of the job's, so that the server is where it is after such an error. A statement that is
 * prepared by a message of its own is prepared all the same: who fails is the one that runs it. A COMMIT that fails has ended
 * its transaction.
 */
export function raisedError(place: Place, code: RaisedCode): Treatment {
  const sql = raising(code)
  const rollback = endsTransaction(place) && place.transaction === 'open'
  let isReplaced = false
  /** Answers to Close that are the job's own. */
  let closes = 0
  const replacement = (): Replacement => {
    isReplaced = true
    const before = rollback ? groupOf(ENDING, 'ROLLBACK') : []
    return { send: [...before, ...groupOf(FAILING, sql)] }
  }
  return {
    onMessage: ({ type, begins }: Piece) => {
      if (isReplaced || begins === 0) return undefined
      if (type === 'Q' || type === 'F') {
        isReplaced = true
        return { send: [query(rollback ? `ROLLBACK; ${sql}` : sql)] }
      }
      if (type === 'B' || (type === 'P' && place.protocol === 'parse')) return replacement()
      if (type === 'C') closes += 1
      return undefined
    },
    onAnswer: answersUntilError(place, () => (closes -= 1) >= 0),
  }
}

/** CloseComplete, ParseComplete, BindComplete, CommandComplete. What is reported beside them is for the job. */
const OF_STATEMENTS: ReadonlySet<string> = new Set('312C')

/** What is answered to messages of ours before the error is not for the job. */
function answersUntilError(place: Place, isOwnClose: () => boolean): NonNullable<Treatment['onAnswer']> {
  let isOurs = place.protocol === 'simple' || place.protocol === 'function'
  let isOver = false
  return ({ type }) => {
    if (type === 'E') isOver = true
    if (isOver || !OF_STATEMENTS.has(type)) return undefined
    if (type === '3' && !isOurs) isOurs = !isOwnClose()
    return isOurs ? [] : undefined
  }
}

/** SQL that fails with an error, so that the server's transaction is where it is after such an error. */
function raising(code: RaisedCode): string {
  return `DO $$ BEGIN RAISE EXCEPTION '${raisedMessages[code]}' USING ERRCODE = '${code}'; END $$`
}
