import { quote } from './code.js'
import { columnOf } from './draft-table.js'
import { type ForeignKey, nullColumns } from './foreign-key.js'
import type { Families } from './family.js'
import { localName } from './local-name.js'
import { holding, type Member } from './member.js'

/** A row that rows of a table refer to, in their code. */
export interface ReferenceRow {
  readonly key: ForeignKey
  /** The constant that holds its number. */
  readonly variable: string
  /** What it is. */
  readonly code: string
  /** The columns that are NULL where it is undefined. */
  readonly nulls: ReadonlySet<string>
  /** What stands for it in other columns where it is undefined; undefined where it never is. */
  readonly instead: string | undefined
  /** Whether UPDATEs choose another one. */
  readonly moves: boolean
}

/** Of a rarer row than one in so many, an UPDATE would find no other to point at. */
const MOST_SPREAD = 64

/** The rows that those of a table refer to. */
export function referenceRows(member: Member, moving: ReadonlySet<ForeignKey>): readonly ReferenceRow[] {
  const { table, refers, trees } = member
  const used = new Set<string>()
  return [...refers, ...trees].map((key) => {
    const others = holding(member).filter((one) => one !== key)
    const open = nullColumns(key, table, others).filter((name) => columnOf(table, name)?.range.notNull !== true)
    const isTree = trees.includes(key)
    const moves = moving.has(key)
    const drawn = `rowReferred(${quote(key.table)}, number, ${moves ? 'changing' : 'random'}.next())`
    const missing = moves ? 'version % 2 === 1' : "nulls === 'tpcds' && random.below(10) === 0"
    const isOpen = open.length > 0
    const instead = isTree ? 'number' : '1'
    return {
      key,
      variable: localName(key.table, 'Row', used),
      code: isOpen ? `${missing} ? undefined : ${drawn}` : `${drawn} ?? ${instead}`,
      nulls: new Set(open),
      instead: isOpen ? instead : undefined,
      moves,
    }
  })
}

/** References that UPDATEs can move, for a table that has nothing else to change: no other row depends on where they point. */
export function movableReferences(member: Member, { children, sources }: Families): readonly ForeignKey[] {
  const { table, refers, trees, deciders } = member
  const { name, constraints, oddIndexes } = table.source
  const followed = sources.followed().get(name)
  const spreadOf = (one: string): number => children.get(one)?.spread ?? 1
  return [...refers, ...trees].filter((key) => {
    const isAlone = key.columns.every(
      (column) =>
        deciders.get(column) === key &&
        // A uuid that is drafted as text cannot be set by an UPDATE.
        columnOf(table, column)?.isUuid !== true &&
        !followed?.has(column) &&
        constraints.every((one) => one.name === key.name || !one.columns.includes(column)) &&
        oddIndexes.every((one) => !one.columns.includes(column)),
    )
    const isOpen =
      nullColumns(
        key,
        table,
        holding(member).filter((one) => one !== key),
      ).length > 0
    return isAlone && (isOpen || spreadOf(name) * spreadOf(key.table) <= MOST_SPREAD)
  })
}
