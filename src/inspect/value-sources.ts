import { isKeyOf } from './draft-table.js'
import type { ForeignKey } from './foreign-key.js'
import type { Member } from './member.js'

/** Where the value of a column stands: in the row itself, in one above it, in one that it refers to, or above that one. */
export interface Source {
  readonly table: string
  readonly column: string
  /** The foreign key that leads from the row to another one, if it does not hang on that. */
  readonly reference?: ForeignKey | undefined
}

/** Follows foreign keys to where values come from. */
export class ValueSources {
  readonly #members = new Map<string, Member>()

  constructor(members: readonly Member[] = []) {
    for (const member of members) this.add(member)
  }

  add(member: Member): void {
    this.#members.set(member.table.source.name, member)
  }

  member(table: string): Member | undefined {
    return this.#members.get(table)
  }

  /** The table whose reference it is. */
  holder(reference: ForeignKey): string {
    const found = [...this.#members].find(([, { refers, trees }]) => [...refers, ...trees].includes(reference))
    return found?.[0] ?? reference.table
  }

  /** A key counts by itself, also where it points at another table. */
  of(table: string, column: string, seen: readonly string[] = []): Source {
    const self = { table, column }
    const member = this.#members.get(table)
    const key = member?.deciders.get(column)
    if (!member || !key || isKeyOf(member.table, column) || seen.includes(column)) return self
    const target = targetOf(key, column)
    if (member.selves.includes(key)) return this.of(table, target, [...seen, column])
    const found = this.of(key.table, target)
    return member.above.includes(key) ? found : { ...found, reference: key }
  }

  /**
   * What tells values apart that need not be the same: which row they come from at last, through keys that point elsewhere, too.
   */
  origin(table: string, column: string, seen: readonly string[] = []): string {
    const member = this.#members.get(table)
    const key = member && this.leads(member, column)
    if (!key || seen.includes(column)) return JSON.stringify([table, column])
    return this.through(table, key, column, [...seen, column])
  }

  /** The same of a value that a foreign key asks for. */
  through(table: string, key: ForeignKey, column: string, seen: readonly string[] = []): string {
    const member = this.#members.get(table)
    const target = targetOf(key, column)
    if (member?.selves.includes(key)) return this.origin(table, target, seen)
    const found = this.origin(key.table, target)
    return member?.above.includes(key) ? found : `${table}.${key.name}: ${found}`
  }

  /** The columns that others, or other columns, follow. */
  followed(): ReadonlyMap<string, ReadonlySet<string>> {
    const found = new Map<string, Set<string>>()
    for (const [table, member] of this.#members) {
      for (const { name } of member.table.columns) {
        const source = this.of(table, name)
        if (source.table === table && source.column === name) continue
        found.set(source.table, (found.get(source.table) ?? new Set()).add(source.column))
      }
    }
    return found
  }

  /** The foreign key that a column follows; of the key's columns one that leads to another key. */
  leads({ table, above, deciders }: Member, column: string): ForeignKey | undefined {
    if (!isKeyOf(table, column)) return deciders.get(column)
    return above.find((key) => {
      const other = this.#members.get(key.table)
      return key.columns.includes(column) && other !== undefined && isKeyOf(other.table, targetOf(key, column))
    })
  }
}

export function targetOf({ columns, tableColumns }: ForeignKey, column: string): string {
  return tableColumns[columns.indexOf(column)] ?? ''
}
