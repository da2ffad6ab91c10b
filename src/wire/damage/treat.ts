import type { KeptAnswer } from './answer-log.js'
import { changeRow } from './change-rows.js'
import type { Damage, Treated } from './damage.js'
import { leaveOut } from './leave-out.js'
import { moveParameter } from './move-parameter.js'
import { sendTwice } from './send-twice.js'
import { splitTransaction } from './split-transaction.js'
import { rolledBack, swapCommand, weakened } from './swap-command.js'

/** What a damage needs to know of the statement. */
export interface KnownStatement {
  /** Its text. */
  readonly code: string
  /** Its answer when nothing was done to it. */
  readonly answer: KeptAnswer | undefined
  /** The numbers of its parameters' types, as far as the client has said them. */
  readonly types: readonly number[]
}

/** Does a damage to a statement. Undefined where too little is known. */
export function treat(damage: Damage, { code, answer, types }: KnownStatement): Treated | undefined {
  switch (damage.kind) {
    case 'left-out':
      return answer && leaveOut(answer)
    case 'sent-twice':
      return sendTwice()
    case 'rolled-back':
      return swapCommand(rolledBack, code)
    case 'row-left-out':
    case 'row-doubled':
      return changeRow(damage.kind, damage.row)
    case 'parameter-moved':
      return moveParameter(damage.parameter, damage.by, types)
    case 'isolation-weakened':
      return swapCommand(weakened, code)
    case 'transaction-split':
      return splitTransaction(damage.begin)
    default:
      return damage satisfies never
  }
}
