import type { Demands } from './demands.js'
import type { Lines } from './lines.js'
import type { Member } from './member.js'
import type { Pairs } from './pairs.js'
import { targetOf, type ValueSources } from './value-sources.js'

/** How a key that is a foreign key, too, counts. */
export interface KeyBase {
  /** The table above whose whole key it holds, if there is one. */
  readonly base: string | undefined
  /** Whether some of its columns take values in turn beside one that counts all rows, so that none can count within them. */
  readonly isTurning: boolean
  /** The column of another table's key that a column has the value of. */
  readonly followed: ReadonlyMap<string, { readonly table: string; readonly column: string }>
}

interface Known {
  readonly sources: ValueSources
  readonly lines: Lines
  readonly pairs: Pairs
  readonly demands: Demands
}

/**
 * Finds what the keys of tables follow, and asks for one child a row where nothing is left to tell children apart.
 *
 * @param members those that others point at come first
 */
export function keyBases(members: readonly Member[], known: Known): ReadonlyMap<string, KeyBase> {
  const bases = new Map<string, KeyBase>()
  for (const member of members) bases.set(member.table.source.name, keyBase(member, known, bases))
  return bases
}

function keyBase(
  member: Member,
  { sources, lines, pairs, demands }: Known,
  bases: ReadonlyMap<string, KeyBase>,
): KeyBase {
  const { table } = member
  const { name } = table.source
  const line = lines.above(name)
  const own = table.keys.map((column) => ({ column: column.name, origin: sources.origin(name, column.name) }))
  const base = line.find((upper) =>
    sources
      .member(upper)!
      .table.keys.every((key) => own.some(({ origin }) => origin === sources.origin(upper, key.name))),
  )
  // Values that are taken in turn cannot be taken a second time in the same turn: a second such foreign key follows from the first.
  const leading = own.map(({ column }) => ({ column, key: sources.leads(member, column) }))
  const several = leading.filter(({ key }) => (sources.member(key?.table ?? '')?.table.keys.length ?? 0) > 1)
  const first = several.find(({ key }) => key?.table === base)?.key ?? several[0]?.key
  for (const { column, key } of several) if (key !== first) demands.repeat(name, column)
  const followed = new Map<string, { readonly table: string; readonly column: string }>()
  for (const { column, origin } of own) {
    if (origin === JSON.stringify([name, column])) continue
    const key = sources.leads(member, column)
    const inBase = sources.member(base ?? '')?.table.keys.find((one) => sources.origin(base!, one.name) === origin)
    if (base !== undefined && inBase) followed.set(column, { table: base, column: inBase.name })
    else if (key) {
      followed.set(column, { table: key.table, column: targetOf(key, column) })
      demands.pair(name, key.table)
    }
  }
  const free = table.keys.filter((column) => !followed.has(column.name))
  const isWhole = base === undefined || pairs.are(name, base)
  const isTurning =
    isWhole &&
    (free.length > (followed.size > 0 ? 0 : 1) || [...followed.values()].some((one) => bases.get(one.table)?.isTurning))
  if (!isWhole) {
    const isParent = line[0] === base || pairs.are(line[0]!, base)
    if (
      free.length === 0 ||
      (!isParent && free.some(({ choices }) => choices)) ||
      [...followed.values()].some((one) => one.table !== base) ||
      bases.get(base)?.isTurning
    )
      demands.pair(name, base)
  }
  return { base, isTurning, followed }
}
