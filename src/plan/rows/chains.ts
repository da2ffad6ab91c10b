import type { Random } from '../../tables/random.js'

/** What a chain takes of a table's changes in a batch, and whether it begins with a row that is there. */
export interface Room {
  readonly inserts: number
  readonly updates: number
  readonly deletes: number
  readonly rows: number
}

/** Chains of changes on one key within a batch. */
export type ChainShape = 'insertUpdate' | 'insertUpdateDelete' | 'updateUpdate' | 'updateDelete' | 'deleteInsert'

const shapes: Readonly<Record<ChainShape, Room>> = {
  insertUpdate: { inserts: 1, updates: 1, deletes: 0, rows: 0 },
  insertUpdateDelete: { inserts: 1, updates: 1, deletes: 1, rows: 0 },
  updateUpdate: { inserts: 0, updates: 2, deletes: 0, rows: 1 },
  updateDelete: { inserts: 0, updates: 1, deletes: 1, rows: 1 },
  deleteInsert: { inserts: 1, updates: 0, deletes: 1, rows: 1 },
}

/** How many chains of each shape a table has in a batch. */
export type Chains = Record<ChainShape, number>

export const noChains = (): Chains => ({
  insertUpdate: 0,
  insertUpdateDelete: 0,
  updateUpdate: 0,
  updateDelete: 0,
  deleteInsert: 0,
})

/** The changes of a chain. */
export const lengthOf = (shape: ChainShape): number =>
  shapes[shape].inserts + shapes[shape].updates + shapes[shape].deletes

/** A chain of three can use one change more than there is. */
export const SHORTEST = 2

/** Draws chains with `changes` changes in all, as far as there is room for them, each shape that has room equally likely. */
export function drawChains(changes: number, room: Room, excluded: readonly ChainShape[], random: Random): Chains {
  const chains = noChains()
  const left = { ...room }
  const allowed = (Object.keys(shapes) as ChainShape[]).filter((shape) => !excluded.includes(shape))
  for (let rest = changes; rest >= SHORTEST;) {
    const possible = allowed.filter((shape) => fits(shapes[shape], left))
    if (possible.length === 0) break
    const shape = possible[random.below(possible.length)]!
    chains[shape] += 1
    rest -= lengthOf(shape)
    for (const kind of ['inserts', 'updates', 'deletes', 'rows'] as const) left[kind] -= shapes[shape][kind]
  }
  return chains
}

const fits = (one: Room, room: Room): boolean =>
  one.inserts <= room.inserts && one.updates <= room.updates && one.deletes <= room.deletes && one.rows <= room.rows
