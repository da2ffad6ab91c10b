import type { Demands } from './demands.js'
import type { Lines } from './lines.js'
import type { Member } from './member.js'
import type { Pairs } from './pairs.js'
import { targetOf, type ValueSources } from './value-sources.js'

/** How a key that is a foreign key, too, counts. */
export interface KeyBase {
  /** The table above whose whole key it holds, if there is one. */
  readonly base: string | undefined
  /** The column of another table's key that a column has the value of. */
  readonly followed: ReadonlyMap<string, { readonly table: string; readonly column: string }>
}

/** Finds what a key follows, and asks for one child a row where that leaves nothing to tell children apart. */
export function keyBase(
  { table, above }: Member,
  { sources, lines, pairs, demands }: Readonly<{ sources: ValueSources; lines: Lines; pairs: Pairs; demands: Demands }>,
): KeyBase {
  const { name } = table.source
  const line = lines.above(name)
  const own = table.keys.map((column) => ({ column: column.name, origin: sources.origin(name, column.name) }))
  const base = line.find((upper) =>
    sources
      .member(upper)!
      .table.keys.every((key) => own.some(({ origin }) => origin === sources.origin(upper, key.name))),
  )
  const followed = new Map<string, { readonly table: string; readonly column: string }>()
  for (const { column, origin } of own) {
    if (origin === JSON.stringify([name, column])) continue
    const key = above.find((one) => one.columns.includes(column))
    const inBase = sources.member(base ?? '')?.table.keys.find((one) => sources.origin(base!, one.name) === origin)
    if (base !== undefined && inBase) followed.set(column, { table: base, column: inBase.name })
    else if (key) {
      followed.set(column, { table: key.table, column: targetOf(key, column) })
      demands.pair(name, key.table)
    }
  }
  const free = table.keys.filter((column) => !followed.has(column.name))
  if (base !== undefined && !pairs.are(name, base)) {
    const isParent = line[0] === base || pairs.are(line[0]!, base)
    if (free.length === 0 || (!isParent && free.some(({ choices }) => choices))) demands.pair(name, base)
    else if ([...followed.values()].some((one) => one.table !== base)) demands.pair(name, base)
  }
  return { base, followed }
}
