import { childrenOf } from './children.js'
import { Demands } from './demands.js'
import { DistinctColumns } from './distinct-columns.js'
import { DraftKeys, type KeyedMember } from './draft-key.js'
import type { DraftTable } from './draft-table.js'
import { canFollow, type ForeignKey, foreignKeysOf } from './foreign-key.js'
import { keyBases } from './key-base.js'
import type { Children, Member } from './member.js'
import { chooseOwners } from './owners.js'
import { Pairs } from './pairs.js'
import { relate } from './relate.js'
import { shortenKeys, withoutRepeated } from './shorter-keys.js'
import { inOrder } from './table-order.js'
import { ValueSources } from './value-sources.js'

/** Tables that are drafted together: what their rows hang on and point at, and how they differ. */
export interface Families {
  /** Those that others point at come first. */
  readonly members: readonly Member[]
  readonly children: ReadonlyMap<string, Children>
  readonly sources: ValueSources
  readonly keys: DraftKeys
  readonly distinct: DistinctColumns
}

/** Forms families of tables: again and again, until no table needs more of another. */
export function formFamilies(tables: readonly DraftTable[]): Families {
  const ordered = inOrder(shortenKeys(tables))
  const pointers = new Map(
    ordered.map((table, place) => [table.source.name, pointersTo(ordered.slice(0, place), table)]),
  )
  const demands = new Demands()
  for (;;) {
    const known = demands.size
    const shorter = ordered.map((table) => withoutRepeated(table, demands))
    const families = formed(shorter, pointers, demands)
    if (demands.size === known) return families
  }
}

function formed(
  ordered: readonly DraftTable[],
  pointers: ReadonlyMap<string, readonly ForeignKey[]>,
  demands: Demands,
): Families {
  const lines = chooseOwners(ordered, pointers, demands)
  const members = relate(ordered, lines, demands)
  const sources = new ValueSources(members)
  const pairs = new Pairs(members, lines, demands)
  const found = keyBases(members, { sources, lines, pairs, demands })
  const bases = members.map((member) => ({ member, base: found.get(member.table.source.name)! }))
  // Whether a column of a key counts does not depend on how many children there are, as long as there are several.
  const counting = new DraftKeys(withChildren(bases, pairs))
  const distinct = new DistinctColumns(members, sources, pairs, counting, demands)
  const keyed = withChildren(bases, pairs, distinct)
  const children = new Map(keyed.map((one) => [one.member.table.source.name, one.children]))
  return { members, children, sources, distinct, keys: new DraftKeys(keyed) }
}

function withChildren(
  bases: readonly Omit<KeyedMember, 'children'>[],
  pairs: Pairs,
  distinct?: DistinctColumns,
): readonly KeyedMember[] {
  const known = new Map<string, Children>()
  return bases.map(({ member, base }) => {
    const { name } = member.table.source
    const children = childrenOf(member, base, known, pairs, distinct?.placed(name).values() ?? [])
    known.set(name, children)
    return { member, base, children }
  })
}

/** Foreign keys that rows can keep to, to tables of the draft that come before. */
function pointersTo(earlier: readonly DraftTable[], table: DraftTable): readonly ForeignKey[] {
  return foreignKeysOf(table).filter((key) => {
    const other = key.isNear ? earlier.find(({ source }) => source.name === key.table) : undefined
    const isNull = key.columns.some((column) => table.checks.fixed.get(column) === 'null')
    return other !== undefined && !isNull && canFollow(key, table, other)
  })
}
