import type { RaisedCode } from './fault.js'

/** What PostgreSQL says with each: some jobs look at the text. */
const messages: Readonly<Record<RaisedCode, string>> = {
  '40001': 'could not serialize access due to concurrent update',
  '40P01': 'deadlock detected',
  '57014': 'canceling statement due to user request',
  '53300': 'sorry, too many clients already',
}

export function isRaised(kind: string): kind is RaisedCode {
  return kind in messages
}

export function raisedMessage(code: RaisedCode): string {
  return messages[code]
}

/** SQL that fails with an error, so that the server's transaction is where it is after such an error. */
export function raising(code: RaisedCode): string {
  return `DO $$ BEGIN RAISE EXCEPTION '${messages[code]}' USING ERRCODE = '${code}'; END $$`
}
