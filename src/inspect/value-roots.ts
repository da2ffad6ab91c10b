import { columnOf } from './draft-table.js'
import { type ForeignKey, nullableColumns, type Member } from './family.js'

/** Where the values of a column come from: itself, or what it points at. */
export interface Root {
  readonly table: string
  readonly column: string
}

/** Finds out what every column of a family follows from. */
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
    if (!member || column === member.table.key.name || seen.includes(place)) return self
    const followed = followedKeys(member).find(({ columns }) => columns.includes(column))
    if (!followed) return self
    return this.of(followed.table, followed.tableColumns[followed.columns.indexOf(column)] ?? '', [...seen, place])
  }

  /** Whether a foreign key leads to one row: another one may have decided otherwise about a column of it. */
  agrees(table: string, { columns, tableColumns, table: other }: ForeignKey): boolean {
    return columns.every((column, index) => {
      const [from, to] = [this.of(table, column), this.of(other, tableColumns[index] ?? '')]
      const isKey = column === this.#members.get(table)?.table.key.name
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
