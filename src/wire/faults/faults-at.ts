import { statementOf } from '../protocol/statement.js'
import type { Place } from '../place.js'
import { type FaultKind, faultKinds, isRaised } from './fault.js'

/** Statements that do nothing which could fail so. */
const NEVER_FAIL: ReadonlySet<string> = new Set(
  'BEGIN START SET RESET SHOW SAVEPOINT RELEASE ROLLBACK ABORT DISCARD DEALLOCATE CLOSE LISTEN UNLISTEN'.split(' '),
)

/** The kinds that mean something at a place, out of those that are wanted, each once. */
export function faultsAt(place: Place, wanted: readonly FaultKind[]): readonly FaultKind[] {
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
    id: `${CONNECTION}.${number}`,
    number: 0,
    statement: CONNECTION,
    occurrence: number,
    protocol: 'simple',
    session: number,
    backend: 0,
    transaction: 'none',
    parameters: [],
  }
}

/** No digest of a text is like it. */
const CONNECTION = 'connection'

/** The kinds that mean something where a connection begins. */
export function faultsAtConnection(wanted: readonly FaultKind[]): readonly FaultKind[] {
  return wanted.includes('53300') ? ['53300'] : []
}

export function isConnection({ number }: Place): boolean {
  return number === 0
}
