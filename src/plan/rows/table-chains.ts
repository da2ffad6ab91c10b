import type { Random } from '../../tables/random.js'
import { type Chains, type ChainShape, drawChains, lengthOf, noChains, type Room, SHORTEST } from './chains.js'
import { Quota } from '../mix/quota.js'

/** The chains of a table's batch that are not in its runs yet. */
export class TableChains {
  /** Whether there ever are any. */
  readonly areWanted: boolean
  readonly #quota: Quota
  readonly #excluded: readonly ChainShape[]
  #left: Chains = noChains()

  /** @param share of all changes */
  constructor(share: number, excluded: readonly ChainShape[]) {
    this.areWanted = share > 0
    this.#quota = new Quota(share)
    this.#excluded = excluded
  }

  /** Chains that begin with a new row. */
  get ofNewRows(): number {
    return this.#left.insertUpdate + this.#left.insertUpdateDelete
  }

  /** Those of them that end with its DELETE. */
  get deletesOfNewRows(): number {
    return this.#left.insertUpdateDelete
  }

  /** Draws the chains of the next batch. */
  draw(changes: number, room: Room, random: Random): void {
    const wanted = this.#quota.take(changes)
    const chains = drawChains(wanted, room, this.#excluded, random)
    this.#left = chains
    const used = (Object.keys(chains) as ChainShape[]).reduce((sum, shape) => sum + chains[shape] * lengthOf(shape), 0)
    // What is too short for a chain is kept for the next batch; what there is no room for is not.
    this.#quota.putBack(Math.min(wanted - used, SHORTEST - 1))
  }

  /** Takes a chain, if there is one of this shape. */
  take(shape: ChainShape): boolean {
    if (this.#left[shape] === 0) return false
    this.#left[shape] -= 1
    return true
  }

  /** Gives up the chains of a shape. */
  drop(shape: ChainShape): void {
    this.#left[shape] = 0
  }

  /** Gives up the chains that delete a row that is there. */
  dropDeletes(): void {
    this.drop('updateDelete')
    this.drop('deleteInsert')
  }

  /** Gives up a chain that begins with a new row; there must be one. Returns how many changes that leaves over. */
  dropOfNewRow(): number {
    const shape = this.deletesOfNewRows > 0 ? 'insertUpdateDelete' : 'insertUpdate'
    this.#left[shape] -= 1
    return lengthOf(shape) - 1
  }
}
