import type { DraftColumn } from './draft-column.js'
import { type DraftTable, columnOf, isKeyOf } from './draft-table.js'

/** A table among those that are drafted with it. */
export interface Member {
  readonly table: DraftTable
  /** Row n is there only while row n of the parent is. */
  readonly parent: string | undefined
  /** Foreign keys that hold: row n points at row n of a table on the line of its parents. */
  readonly links: readonly ForeignKey[]
  /** Foreign keys of the table to itself. */
  readonly own: readonly ForeignKey[]
  /** Foreign keys to tables of the draft that are created later, because they point at one another. */
  readonly circular: readonly ForeignKey[]
  /** All others: to tables that are not drafted, or by columns that rows are not made for. */
  readonly loose: readonly ForeignKey[]
}

/** Puts tables before those that point at them, and finds the parent of each. */
export function formFamily(tables: readonly DraftTable[]): Member[] {
  const ordered = inOrder(tables)
  const parents = new Map<string, string | undefined>()
  const nameOf = ({ source }: DraftTable): string => source.name
  const members = ordered.map((table, index): Omit<Member, 'parent'> => {
    const earlier = ordered.slice(0, index)
    const links: ForeignKey[] = []
    const [own, circular, loose]: ForeignKey[][] = [[], [], []]
    for (const key of foreignKeysOf(table)) {
      const other = key.isNear ? ordered.find((one) => nameOf(one) === key.table) : undefined
      const isNull = key.columns.some((name) => table.checks.fixed.get(name) === 'null')
      if (!other || isNull || !canFollow(key, table, other)) loose!.push(key)
      else if (other === table) own!.push(key)
      else if (earlier.includes(other)) links.push(key)
      else circular!.push(key)
    }
    adopt(
      nameOf(table),
      links.map((link) => link.table),
      ordered.map(nameOf),
      parents,
    )
    return { table, links, own: own!, circular: circular!, loose: loose! }
  })
  return members.map((member) => ({ ...member, parent: parents.get(nameOf(member.table)) }))
}

function inOrder(tables: readonly DraftTable[]): DraftTable[] {
  const ordered: DraftTable[] = []
  const rest = [...tables]
  while (rest.length > 0) {
    const waiting = (table: DraftTable): ForeignKey[] =>
      foreignKeysOf(table).filter(
        (key) => key.isNear && key.table !== table.source.name && rest.some(({ source }) => source.name === key.table),
      )
    const ready = rest.findIndex((table) => waiting(table).length === 0)
    // In a circle, a key to a table that comes later does not hold: best one that can be NULL.
    const optional = rest.findIndex((table) => waiting(table).every((key) => nullableColumns(key, table).length > 0))
    ordered.push(...rest.splice(Math.max(ready < 0 ? optional : ready, 0), 1))
  }
  return ordered
}

/**
 * Finds a parent for a table that points at others. A row has one parent, and holds on to the parents of that one; where
 * it points at several lines of parents, these become one.
 */
function adopt(
  name: string,
  targets: readonly string[],
  order: readonly string[],
  parents: Map<string, string | undefined>,
): void {
  const lineOf = (table: string | undefined): string[] =>
    table === undefined ? [] : [table, ...lineOf(parents.get(table))]
  const lines = targets.map(lineOf)
  const longest = lines.toSorted((a, b) => b.length - a.length)[0] ?? []
  if (targets.every((target) => longest.includes(target))) {
    parents.set(name, longest[0])
    return
  }
  const all = new Set(lines.flat())
  const line = order.filter((table) => all.has(table))
  for (const [index, table] of line.entries()) parents.set(table, line[index - 1])
  parents.set(name, line.at(-1))
}

export interface ForeignKey {
  readonly name: string
  readonly definition: string
  readonly columns: readonly string[]
  readonly table: string
  readonly tableColumns: readonly string[]
  /** Whether the other table is in the same schema. */
  readonly isNear: boolean
}

function foreignKeysOf({ source }: DraftTable): ForeignKey[] {
  return source.constraints
    .filter(({ kind }) => kind === 'foreign')
    .map(({ table, tableIsNear, ...rest }) => ({ ...rest, table: table ?? '', isNear: tableIsNear }))
}

/** Whether the values of the other table's columns can be written to the columns of this one. */
function canFollow({ columns, tableColumns }: ForeignKey, own: DraftTable, other: DraftTable): boolean {
  return columns.every((name, index) => {
    const [from, to] = [columnOf(own, name), columnOf(other, tableColumns[index] ?? '')]
    return from !== undefined && to !== undefined && family(from) === family(to)
  })
}

/** Types whose cells are written alike. */
function family({ type, isUuid, enumType }: DraftColumn): string {
  if (isUuid) return 'uuid'
  return /^int\d$/.test(type) ? 'integer' : (enumType ?? type.replace(/^numeric\(\d+/, 'numeric'))
}

/** Whether a row may point at nothing: one column that is NULL is enough. */
function nullableColumns({ columns }: ForeignKey, table: DraftTable): readonly string[] {
  return columns.filter((name) => !isKeyOf(table, name) && columnOf(table, name)?.nullable)
}

/** Where the values of a column come from: itself, or what it points at. */
export interface Root {
  readonly table: string
  readonly column: string
}

export class ValueRoots {
  readonly #members: ReadonlyMap<string, Member>

  constructor(members: readonly Member[]) {
    this.#members = new Map(members.map((member) => [member.table.source.name, member]))
  }

  member(table: string): Member | undefined {
    return this.#members.get(table)
  }

  of(table: string, column: string, seen: readonly string[] = []): Root {
    const self = { table, column }
    const member = this.#members.get(table)
    const place = JSON.stringify(self)
    // A key counts by itself, also where it points at another table.
    if (!member || isKeyOf(member.table, column) || seen.includes(place)) return self
    const followed = followedKeys(member).find(({ columns }) => columns.includes(column))
    if (!followed) return self
    return this.of(followed.table, followed.tableColumns[followed.columns.indexOf(column)] ?? '', [...seen, place])
  }

  /** Whether a foreign key leads to one row: another one may have decided otherwise about a column of it. */
  agrees(table: string, { columns, tableColumns, table: other }: ForeignKey): boolean {
    return columns.every((column, index) => {
      const [from, to] = [this.of(table, column), this.of(other, tableColumns[index] ?? '')]
      const member = this.#members.get(table)
      const isKey = member !== undefined && isKeyOf(member.table, column)
      return isKey || (from.table === to.table && from.column === to.column)
    })
  }

  /** The columns that others, or other columns, follow. */
  followed(): ReadonlyMap<string, ReadonlySet<string>> {
    const found = new Map<string, Set<string>>()
    for (const [table, member] of this.#members) {
      for (const { name } of member.table.columns) {
        const root = this.of(table, name)
        if (root.table === table && root.column === name) continue
        found.set(root.table, (found.get(root.table) ?? new Set()).add(root.column))
      }
    }
    return found
  }
}

/** The foreign keys whose columns have a value: those that hold, and others that may not be NULL. */
function followedKeys({ table, links, own, circular }: Member): readonly ForeignKey[] {
  const needed = (key: ForeignKey): boolean => nullColumns(key, table, links).length === 0
  return [...links, ...own.filter(needed), ...circular.filter(needed)]
}

/** The columns that are NULL, so that a foreign key which does not hold points at nothing. */
export function nullColumns(key: ForeignKey, table: Member['table'], links: readonly ForeignKey[]): readonly string[] {
  const free = nullableColumns(key, table).filter((name) => !links.some(({ columns }) => columns.includes(name)))
  const isFull = key.definition.includes('MATCH FULL')
  return isFull && free.length < key.columns.filter((name) => columnOf(table, name)).length ? [] : free
}

/** The columns of a table that are NULL because their foreign keys do not hold. */
export function nullsOf({ table, links, own, circular, loose }: Member): ReadonlySet<string> {
  return new Set([...own, ...circular, ...loose].flatMap((key) => nullColumns(key, table, links)))
}
