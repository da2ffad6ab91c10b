import { isStrong } from '../wire/damage/swap-command.js'
import type { Place } from '../wire/place.js'
import type { RecordedStatement } from '../wire/watch/watch.js'
import type { Candidate } from './candidate.js'

/** A transaction of a job that a command of its own began. */
export interface JobTransaction {
  /** What can be done to it at a place. */
  damagesAt(place: Place): readonly Candidate[]
}

const BEGINS = /^(?:begin|start\s+transaction)\b/i
const SETS = /^set\s+transaction\b/i
const ENDS = /^(?:commit|end|abort|rollback|prepare\s+transaction)\b(?!\s+(?:work\s+|transaction\s+)?to\b)/i

interface Open {
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
export function transactionsOf(statements: readonly RecordedStatement[]): readonly JobTransaction[] {
  const open = new Map<number, Open>()
  const found: Open[] = []
  for (const statement of statements) {
    const { code, isHousekeeping, place } = statement
    const current = open.get(place.session)
    if (place.protocol === 'parse') continue
    if (BEGINS.test(code) && !/;\s*\S/.test(code) && place.transaction === 'none') {
      const begun = { begin: statement, strong: isStrong(code) ? statement : undefined, statements: [] }
      open.set(place.session, begun)
      found.push(begun)
    } else if (!current) continue
    else if (ENDS.test(code)) open.delete(place.session)
    else if (SETS.test(code) && isStrong(code)) current.strong = statement
    else if (!isHousekeeping && place.transaction === 'open') current.statements.push(statement)
  }
  return found.map((each) => ({ damagesAt: (place) => damagesAt(each, place) }))
}

function damagesAt({ begin, strong, statements }: Open, place: Place): Candidate[] {
  const inner = statements.slice(1).map((statement) => statement.place)
  if (inner.length === 0) return []
  const under = (commitsAt: readonly Place[]): Pick<Candidate, 'commitsAt' | 'begin'> => ({
    commitsAt,
    begin: begin.place,
  })
  if (strong?.place.id === place.id) {
    return [{ place, damage: { kind: 'isolation-weakened' }, words: 'isolation weakened', ...under(inner) }]
  }
  if (!inner.some(({ id }) => id === place.id)) return []
  // What SET TRANSACTION has said would not hold for the second half.
  const text = strong && strong !== begin ? `${begin.code.replace(/[\s;]+$/, '')} ${levelOf(strong.code)}` : begin.code
  const damage = { kind: 'transaction-split', begin: text } as const
  return [{ place, damage, words: 'transaction split before it', ...under([place]) }]
}

function levelOf(code: string): string {
  return /\bisolation\s+level\s+(?:repeatable\s+read|serializable)\b/i.exec(code)?.[0] ?? ''
}
