import { comparedParameters } from '../wire/damage/compared-parameters.js'
import { endsWithCommit, isStrong } from '../wire/damage/swap-command.js'
import type { RecordedStatement } from '../wire/watch/watch.js'
import type { Damage } from '../wire/damage/damage.js'
import type { Place } from '../wire/place.js'

type Done = Omit<Candidate, 'place' | 'commitsAt'>

/** What can be done to each statement of a conversation, in its order. */
export function deriveDamages(statements: readonly RecordedStatement[]): readonly Candidate[] {
  const transactions = transactionsOf(statements)
  return statements.flatMap((statement) => {
    const { place } = statement
    const alone = damagesOf(statement).map((done) => ({ ...done, place, commitsAt: [] }))
    return [...alone, ...transactions.flatMap((transaction) => damagesAt(transaction, place))]
  })
}

/** Commands that begin, end or mark transactions. */
const CONTROL = /^(?:begin|start|commit|end|abort|rollback|savepoint|release|prepare\s+transaction)\b/i

const LEFT_OUT: Done = { damage: { kind: 'left-out' }, words: 'left out' }

function damagesOf(statement: RecordedStatement): Done[] {
  const { place, code, isHousekeeping, isKept, hasError, copies, tags } = statement
  if (place.protocol === 'parse' || place.protocol === 'function' || isHousekeeping || hasError) return []
  if (endsWithCommit(code) && tags.at(-1) === 'COMMIT' && (isList(code) || place.transaction === 'open')) {
    const isOwnTransaction = isList(code) && isKept && !isControl(statement)
    return [
      ...(isOwnTransaction ? [LEFT_OUT, ...twice(statement)] : []),
      { damage: { kind: 'rolled-back' }, words: 'COMMIT made a ROLLBACK' },
    ]
  }
  if (isControl(statement)) return []
  return [
    ...(isKept ? [LEFT_OUT] : []),
    ...(copies === 'in' ? [] : twice(statement)),
    ...rows(statement),
    ...parameters(statement),
  ]
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

/** A damage to a job that can be tried. */
export interface Candidate {
  readonly place: Place
  readonly damage: Damage
  /** What is done, in words, such as `left out`. */
  readonly words: string
  /**
   * The places before which a commit of the stream is made, one run each. Without such a commit the damage makes no
   * difference. Empty: one run, and no commit.
   */
  readonly commitsAt: readonly Place[]
  /** For these, where the transaction begins: what the job shows when the data changes there is right as well. */
  readonly begin?: Place
}

const BEGINS = /^(?:begin|start\s+transaction)\b/i
const SETS = /^set\s+transaction\b/i
const ENDS = /^(?:commit|end|abort|rollback|prepare\s+transaction)\b(?!\s+(?:work\s+|transaction\s+)?to\b)/i

/** A transaction of a job that a command of its own began. */
interface JobTransaction {
  readonly begin: RecordedStatement
  /** What makes it see one snapshot. */
  strong: RecordedStatement | undefined
  /** What it does, in its order. */
  readonly statements: RecordedStatement[]
}

/**
 * The transactions of a conversation. What is done to one shows only where the data changes in it: behind its first statement,
 * which takes the snapshot.
 */
function transactionsOf(statements: readonly RecordedStatement[]): readonly JobTransaction[] {
  const open = new Map<number, JobTransaction>()
  const found: JobTransaction[] = []
  for (const statement of statements) {
    const { code, isHousekeeping, place } = statement
    const current = open.get(place.session)
    if (place.protocol === 'parse') continue
    if (BEGINS.test(code) && !isList(code) && place.transaction === 'none') {
      const begun = { begin: statement, strong: isStrong(code) ? statement : undefined, statements: [] }
      open.set(place.session, begun)
      found.push(begun)
    } else if (!current) continue
    else if (ENDS.test(code)) open.delete(place.session)
    else if (SETS.test(code) && isStrong(code)) current.strong = statement
    else if (!isHousekeeping && place.transaction === 'open') current.statements.push(statement)
  }
  return found
}

function damagesAt({ begin, strong, statements }: JobTransaction, place: Place): Candidate[] {
  const inner = statements.slice(1).map((statement) => statement.place)
  if (inner.length === 0) return []
  const within = { place, begin: begin.place }
  if (strong?.place.id === place.id) {
    const damage = { kind: 'isolation-weakened' } as const
    return [{ ...within, damage, words: 'isolation weakened', commitsAt: inner }]
  }
  if (!inner.some(({ id }) => id === place.id)) return []
  // What SET TRANSACTION has said would not hold for the second half.
  const text = strong && strong !== begin ? `${begin.code.replace(/[\s;]+$/, '')} ${levelOf(strong.code)}` : begin.code
  const damage = { kind: 'transaction-split', begin: text } as const
  return [{ ...within, damage, words: 'transaction split before it', commitsAt: [place] }]
}

function levelOf(code: string): string {
  return /\bisolation\s+level\s+(?:repeatable\s+read|serializable)\b/i.exec(code)?.[0] ?? ''
}
