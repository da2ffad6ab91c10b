import { comparedParameters } from '../wire/damage/compared-parameters.js'
import { endsWithCommit } from '../wire/damage/swap-command.js'
import type { RecordedStatement } from '../wire/watch/watch.js'
import type { Candidate } from './candidate.js'
import { transactionsOf } from './transactions.js'

type Done = Omit<Candidate, 'place' | 'commitsAt'>

/** What can be done to each statement of a conversation, in its order. */
export function deriveDamages(statements: readonly RecordedStatement[]): readonly Candidate[] {
  const transactions = transactionsOf(statements)
  return statements.flatMap((statement) => {
    const { place } = statement
    const alone = damagesOf(statement).map((done) => ({ ...done, place, commitsAt: [] }))
    return [...alone, ...transactions.flatMap((transaction) => transaction.damagesAt(place))]
  })
}

/** Commands that begin, end or mark transactions. */
const CONTROL = /^(?:begin|start|commit|end|abort|rollback|savepoint|release|prepare\s+transaction)\b/i

function damagesOf(statement: RecordedStatement): Done[] {
  const { place, code, isHousekeeping, isKept, hasError, copies, tags } = statement
  if (place.protocol === 'parse' || place.protocol === 'function' || isHousekeeping || hasError) return []
  if (endsWithCommit(code) && tags.at(-1) === 'COMMIT' && (isList(code) || place.transaction === 'open')) {
    const rolledBack: Done = { damage: { kind: 'rolled-back' }, words: 'COMMIT made a ROLLBACK' }
    return isList(code) ? [...wholly(statement), rolledBack] : [rolledBack]
  }
  if (isControl(statement)) return []
  return [
    ...(isKept ? [{ damage: { kind: 'left-out' }, words: 'left out' } as const] : []),
    ...(copies === 'in' ? [] : twice(statement)),
    ...rows(statement),
    ...parameters(statement),
  ]
}

/** What is done to a list of statements that is a transaction of its own. */
function wholly(statement: RecordedStatement): Done[] {
  if (isControl(statement) || !statement.isKept) return []
  return [{ damage: { kind: 'left-out' }, words: 'left out' }, ...twice(statement)]
}

function isList(code: string): boolean {
  return /;\s*\S/.test(code)
}

/** Whether it changes where the session's transaction is. */
function isControl({ place, code, status }: RecordedStatement): boolean {
  if (!isList(code) && CONTROL.test(code)) return true
  const after = status === 'I' ? 'none' : status === 'T' ? 'open' : 'failed'
  return status !== undefined && after !== place.transaction
}

/** A portal whose rows are fetched in parts cannot be opened twice. */
function twice({ executes, isSuspended }: RecordedStatement): Done[] {
  return executes > 1 || isSuspended ? [] : [{ damage: { kind: 'sent-twice' }, words: 'sent twice' }]
}

function rows({ rows: count, copies }: RecordedStatement): Done[] {
  if (count === 0 || copies === 'in') return []
  const ends = count === 1 ? [1] : [1, count]
  return [
    ...ends.map((row): Done => ({ damage: { kind: 'row-left-out', row }, words: `row ${row} of ${count} left out` })),
    { damage: { kind: 'row-doubled', row: count }, words: `row ${count} of ${count} doubled` },
  ]
}

function parameters({ code, numbers }: RecordedStatement): Done[] {
  const compared = new Set(comparedParameters(code))
  return numbers.flatMap(({ parameter, value }) => {
    if (!compared.has(parameter)) return []
    const was = value === '' ? '' : ` (${value})`
    return ([1, -1] as const).map((by): Done => ({
      damage: { kind: 'parameter-moved', parameter, by },
      words: `parameter $${parameter}${was} made one ${by === 1 ? 'more' : 'less'}`,
    }))
  })
}
