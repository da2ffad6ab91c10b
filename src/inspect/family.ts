import { type DraftTable, type Link, linksOf } from './draft-table.js'

/** A table among those that are drafted with it. */
export interface Member {
  readonly table: DraftTable
  /** The link to its parent: row n is there only while row n of the parent is. */
  readonly parent: Link | undefined
  /** Links that hold: to the parent, and to the parents of that one. */
  readonly links: readonly Link[]
  /** Links of the table to itself. */
  readonly own: readonly Link[]
  /** Whether others count on its key. */
  readonly isParent: boolean
}

/** Finds the parent of every table, and puts parents before their children. */
export function formFamily(tables: readonly DraftTable[]): Member[] {
  const members: Omit<Member, 'isParent'>[] = []
  const rest = [...tables]
  while (rest.length > 0) {
    const names = rest.map(({ source }) => source.name)
    const waitingLinks = (table: DraftTable): Link[] =>
      linksOf(table, tables).filter((link) => link.table !== table.source.name && names.includes(link.table))
    const isOptional = (table: DraftTable, { column }: Link): boolean =>
      table.columns.some(({ name, nullable }) => name === column && nullable)
    // In a circle, a link to a table that comes later does not hold: best one that can be NULL.
    const ready = rest.findIndex((table) => waitingLinks(table).length === 0)
    const next =
      ready < 0 ? rest.findIndex((table) => waitingLinks(table).every((link) => isOptional(table, link))) : ready
    const [table] = rest.splice(Math.max(next, 0), 1)
    members.push(adopt(table!, tables, members))
  }
  return members.map((member) => ({
    ...member,
    isParent: members.some(({ links }) => links.some(({ table }) => table === member.table.source.name)),
  }))
}

/** The parent is the table through which most links hold. */
function adopt(
  table: DraftTable,
  tables: readonly DraftTable[],
  members: readonly Omit<Member, 'isParent'>[],
): Omit<Member, 'isParent'> {
  const all = linksOf(table, tables)
  const others = all.filter((link) => members.some((member) => member.table.source.name === link.table))
  const heldBy = (parent: Link): Link[] => {
    const line: string[] = []
    for (let name: string | undefined = parent.table; name !== undefined;) {
      line.push(name)
      name = members.find((member) => member.table.source.name === name)?.parent?.table
    }
    return others.filter((link) => line.includes(link.table))
  }
  const [parent] = others.toSorted((a, b) => heldBy(b).length - heldBy(a).length)
  return {
    table,
    parent,
    links: parent ? heldBy(parent) : [],
    own: all.filter((link) => link.table === table.source.name),
  }
}
