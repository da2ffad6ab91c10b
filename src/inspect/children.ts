import type { DraftColumn } from './draft-column.js'
import type { KeyBase } from './key-base.js'
import type { Children, Member } from './member.js'
import type { Pairs } from './pairs.js'

/** How many children a row has, where nothing says less. */
const MOST = 4
/** How many numbers a row of a root has in all, so that a deep family takes few bits for each row. */
const MOST_SPREAD = 256
/** How many roots there can be at least, where a key ends. */
const LEAST_ROOTS = 1_000

/**
 * How many children the rows of a table have.
 *
 * @param children the same of tables above it
 * @param places how many values the columns have that follow from the place among siblings
 */
export function childrenOf(
  { table, parent }: Member,
  { base, followed }: KeyBase,
  children: ReadonlyMap<string, Children>,
  pairs: Pairs,
  places: Iterable<number>,
): Children {
  const above = children.get(parent ?? '')?.spread ?? 1
  const between = above / (children.get(base ?? '')?.spread ?? 1)
  const free = table.keys.filter(({ name }) => !followed.has(name))
  const room = Math.min(MOST_SPREAD, ...free.map(roomOf))
  const isSingle = parent === undefined || pairs.has(table.source.name)
  const wanted = isSingle ? 1 : Math.max(1, Math.min(MOST, Math.floor(room / above), ...places))
  const turns = base === undefined ? new Map<string, number>() : turnsOf(free, wanted, between)
  const product = [...turns.values()].reduce((all, one) => all * one, 1)
  const most = base === undefined || isSingle ? wanted : product / between
  const spread = above * most
  if (most > 1) return { most, least: 0, skew: 1, spread, turns }
  return { most, least: 1, skew: 0, spread, turns: between > 1 ? turns : new Map() }
}

/** How far a column of a key counts, in thousands. */
function roomOf({ type, limit, choices, isUuid }: DraftColumn): number {
  if (type === 'int2') return Math.floor(0x7fff / LEAST_ROOTS)
  if (type === 'text' && !isUuid && !choices) return Math.floor(10 ** (limit?.most ?? 9) / LEAST_ROOTS)
  return Infinity
}

/** Columns of a key that make as many places as a row has children in the table whose key they are beside. */
function turnsOf(free: readonly DraftColumn[], wanted: number, between: number): Map<string, number> {
  const turns = new Map<string, number>()
  let rest = wanted
  for (const { name, choices } of free.filter((column) => column.choices)) {
    const count = Math.max(1, Math.min(choices!.length, rest))
    turns.set(name, count)
    rest = Math.floor(rest / count)
  }
  const [counter, ...others] = free.filter((column) => !column.choices)
  if (counter) turns.set(counter.name, Math.max(1, rest) * between)
  for (const { name } of others) turns.set(name, 1)
  return turns
}
