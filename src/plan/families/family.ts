import { Random } from '../../tables/random.js'
import type { ParentTable } from '../../tables/table-definition.js'

/** How a table hangs on its parent, with its defaults. */
export type Link = Required<Pick<ParentTable, 'most' | 'least' | 'skew'>>

/** One child a row: row n is the child of row n. */
const PLAIN: Link = { most: 1, least: 1, skew: 0 }

/** Of so many rows of a root, one is never deleted. */
const ONE_IN = 2
/** How much further than the rows it may refer to a row is. */
const SLACK = 4

/**
 * Which rows of a table there can be, and how they hang on rows of other tables. All of it follows from the seed and a
 * row's number: nothing is remembered.
 *
 * Row p of the parent has the numbers (p − 1) · most + 1 … p · most for its children, the first so many of which exist.
 * So what hangs on a row is one range of numbers in each table, whatever lies between. Only rows of the stream are meant:
 * rows that stood there before have no children of its.
 */
export class Family {
  readonly table: string
  readonly parent: Family | undefined
  readonly most: number
  /** How many numbers of this table a row of the root has. */
  readonly spread: number
  /** Whether every number exists. */
  readonly isWhole: boolean
  /** Tables whose rows this one's point at without belonging to them. */
  readonly refers: Family[] = []
  /** Whether rows point at this table's, or at some that hang on them. */
  isReferred = false
  readonly #link: Link
  readonly #draws: Random

  constructor(table: string, seed: number, parent: Family | undefined, link: Partial<Link> = PLAIN) {
    this.table = table
    this.parent = parent
    this.#link = parent ? completeLink(link) : PLAIN
    this.most = this.#link.most
    this.spread = (parent?.spread ?? 1) * this.most
    this.isWhole = (parent?.isWhole ?? true) && this.#link.least === this.most
    this.#draws = new Random(seed, `children in ${table}`)
  }

  /** The number of the row that a row belongs to. */
  parentOf(number: number): number {
    return this.most === 1 ? number : Math.floor((number - 1) / this.most) + 1
  }

  /** The place of a row among its siblings: 0, 1 … */
  slotOf(number: number): number {
    return (number - 1) % this.most
  }

  /** The first number that a row of the parent has for its children; there may be none. */
  firstOf(parent: number): number {
    return (parent - 1) * this.most + 1
  }

  /** How many children a row of the parent has in all. */
  childrenOf(parent: number): number {
    const { most, least, skew } = this.#link
    if (least === most) return most
    const random = this.#draws.at(parent)
    let more = random.below(most - least + 1)
    for (let i = 0; i < skew && more > 0; i++) more = Math.min(more, random.below(most - least + 1))
    const children = least + more
    return children === 0 && this.isReferred && this.parent?.keeps(parent) ? 1 : children
  }

  /** Whether there ever is a row with this number. */
  exists(number: number): boolean {
    if (this.isWhole || this.parent === undefined) return true
    const parent = this.parentOf(number)
    return this.slotOf(number) < this.childrenOf(parent) && this.parent.exists(parent)
  }

  /** The least number that exists, from this one on. */
  next(number: number): number {
    if (this.isWhole || this.parent === undefined) return number
    const own = this.parentOf(number)
    let parent = this.parent.next(own)
    for (let slot = parent === own ? this.slotOf(number) : 0; ; slot = 0) {
      if (slot < this.childrenOf(parent)) return this.firstOf(parent) + slot
      parent = this.parent.next(parent + 1)
    }
  }

  /**
   * Whether a row is never deleted, so that others can point at it: of a root every second one, of a child the first one of
   * each such parent. Of rows that stood there before nobody knows which others point at.
   */
  keeps(number: number): boolean {
    return this.isReferred && (number < 0 || number % (ONE_IN * this.spread) === 1)
  }

  /** The number of the k-th row that is never deleted, k = 1, 2 … */
  kept(k: number): number {
    return (k - 1) * ONE_IN * this.spread + 1
  }

  /**
   * To how many rows of another table that are never deleted a row can point: those up to about a quarter of its own
   * number, or of the root's that it hangs on. To one at least, if not in its own table.
   */
  reach(other: Family, number: number): number {
    const before = Math.floor((number - 1) / this.spread)
    return other === this && number === 1 ? 0 : 1 + Math.floor(before / (SLACK * ONE_IN * other.spread))
  }
}

/** A child that has no say of its own has one row. */
export function completeLink(link: { readonly [K in keyof Link]?: number | undefined }): Link {
  const { most = 1, least = most === 1 ? 1 : 0, skew = 0 } = link
  return { most, least, skew }
}
