import { statementOf } from '../protocol/statement.js'
import type { Place } from '../place.js'

/**
 * What breaks at a place of a job. After all of them but `cut-after`, `commit-done` and `late`, what the job wanted there is not done.
 *
 * - `cut-before`: the connection breaks before the statement reaches the server
 * - `cut-after`: the statement is done, and the connection breaks before its answer
 * - `commit-done`, `commit-undone`: the same at a COMMIT, which is done, or not
 * - `40001`, `40P01`, `57014`, `53300`: the server answers with this error; `53300` also where a session begins
 * - `restart`: all of the job's sessions end with `57P01`, and who connects again is refused for a while (`57P03`)
 * - `late`: the statement is done, and its answer comes late
 * - `half-open`: nothing more is said, and the connection stays open; the job has to notice by a time-out of its own
 */
export type FaultKind =
  'cut-before' | 'cut-after' | 'commit-done' | 'commit-undone' | RaisedCode | 'restart' | 'late' | 'half-open'

/** An error that a server answers with: serialization failure, deadlock, cancelled, too many connections. */
export type RaisedCode = '40001' | '40P01' | '57014' | '53300'

/** A fault, with what there is to say about it. It can be sent to another thread. */
export interface Fault {
  readonly kind: FaultKind
  /** Milliseconds by which an answer is late. */
  readonly lateBy: number
  /** Milliseconds for which a server that restarts refuses, from the first attempt on. That one is always refused. */
  readonly restartFor: number
}

/** All kinds, in the order in which they are tried. */
export const faultKinds: readonly FaultKind[] = [
  'cut-before',
  'cut-after',
  'commit-undone',
  'commit-done',
  '40001',
  '40P01',
  '57014',
  '53300',
  'restart',
  'late',
  'half-open',
]

/** A job can be right about these without a time-out of its own. */
export const defaultFaults: readonly FaultKind[] = faultKinds.filter((kind) => kind !== 'late' && kind !== 'half-open')

/** What PostgreSQL says with each: some jobs look at the text. */
export const raisedMessages: Readonly<Record<RaisedCode, string>> = {
  '40001': 'could not serialize access due to concurrent update',
  '40P01': 'deadlock detected',
  '57014': 'canceling statement due to user request',
  '53300': 'sorry, too many clients already',
}

export function isRaised(kind: FaultKind): kind is RaisedCode {
  return kind in raisedMessages
}

/** Statements that do nothing which could fail so. */
const NEVER_FAIL: ReadonlySet<string> = new Set(
  'BEGIN START SET RESET SHOW SAVEPOINT RELEASE ROLLBACK ABORT DISCARD DEALLOCATE CLOSE LISTEN UNLISTEN'.split(' '),
)

/** The kinds that mean something at a place, out of those that are wanted, each once. */
export function faultsAt(place: Place, wanted: readonly FaultKind[]): readonly FaultKind[] {
  // Before there is a session, one can only be refused.
  if (isConnection(place)) return faultKinds.filter((kind) => kind === '53300' && wanted.includes(kind))
  const { verb, isList } = statementOf(Buffer.from(place.statement), 0)
  const isCommit = place.transaction === 'open' && endsTransaction(place)
  const canFail = place.transaction !== 'failed' && (isList || !NEVER_FAIL.has(verb))
  return faultKinds.filter((kind) => {
    if (!wanted.includes(kind)) return false
    if (kind === 'cut-before' || kind === 'cut-after') return !isCommit
    if (kind === 'commit-done' || kind === 'commit-undone') return isCommit
    return isRaised(kind) ? canFail : true
  })
}

/** Whether a statement is a COMMIT and nothing else: not one of several, nor of a prepared transaction. */
export function endsTransaction({ statement }: Pick<Place, 'statement'>): boolean {
  return /^\s*(?:commit|end)(?:\s+(?:work|transaction))?(?:\s+and\s+no\s+chain)?\s*;?\s*$/i.test(statement)
}

/** The name of the point at which a job's n-th connection of a conversation begins. */
export function connectionPlace(number: number): Place {
  return {
    // No digest of a text is like it.
    id: `connection.${number}`,
    number: 0,
    statement: 'connection',
    occurrence: number,
    protocol: 'simple',
    session: number,
    backend: 0,
    transaction: 'none',
    parameters: [],
  }
}

export function isConnection({ number }: Place): boolean {
  return number === 0
}
