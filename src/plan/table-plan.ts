import type { Random } from '../tables/random.js'
import type { ChangeKind, Run } from './batch.js'
import { type Chains, drawChains, lengthOf, noChains, type Room, SHORTEST } from './chains.js'
import { type Hazards, noHazards } from './hazards.js'
import { IntMap } from './int-map.js'
import { LiveRows } from './live-rows.js'
import { Quota } from './quota.js'
import { RowPicks } from './row-picks.js'
import { type DraftKind, RunDrafts } from './run-drafts.js'

/** The version of a row that never was, where it has to be told from deleted ones. */
const PASSED_OVER = -1

/**
 * What the planner knows of one table: which rows are live and in which version. Number n > 0 is the stream's row n,
 * number −i the i-th row that stood there before.
 *
 * A batch is planned in the order deletes, updates, inserts; while it is, a row that it deletes in a later round is
 * dead already, and one that it deletes and inserts again is dead until `settle`.
 */
export class TablePlan {
  readonly index: number
  /** Live rows of the parent that come after `last`: each can still get its child. */
  waiting = 0
  readonly parent: TablePlan | undefined
  readonly children: TablePlan[] = []
  readonly #foreign: number
  readonly #live = new LiveRows()
  /** Dead rows that were live once and have a live parent, if they need one; only where rows come back. */
  readonly #gone: LiveRows | undefined
  readonly #versions = new IntMap()
  readonly #drafts = new RunDrafts()
  readonly #picks: RowPicks
  readonly #noops: Quota
  readonly #returns: Quota
  readonly #chained: Quota
  readonly #hasChains: boolean
  /** Chains of the batch at hand that are not in the drafts yet. */
  #chains: Chains = noChains()
  /** New rows that the batch at hand deletes again. */
  #doomed = new Set<number>()
  /** Rows that the batch at hand deletes and then inserts again. */
  #returning: number[] = []
  #last = 0

  constructor(index: number, foreignRows: number, parent: TablePlan | undefined, hazards: Hazards = noHazards) {
    this.index = index
    this.parent = parent
    parent?.children.push(this)
    this.#foreign = foreignRows
    this.#picks = new RowPicks(hazards)
    this.#noops = new Quota(hazards.noopUpdates)
    this.#returns = new Quota(hazards.reinsert)
    this.#chained = new Quota(hazards.sameKeyChains)
    this.#hasChains = hazards.sameKeyChains > 0
    this.#gone = hazards.reinsert > 0 ? new LiveRows() : undefined
    for (let i = 0; i < foreignRows; i++) this.#append(true)
  }

  /** The highest number that was inserted or passed over. */
  get last(): number {
    return this.#last
  }

  get liveRows(): number {
    return this.#live.count
  }

  /** Deleted rows that can be inserted again. */
  get goneRows(): number {
    return this.#gone?.count ?? 0
  }

  /** Chains of the batch at hand that begin with a new row. */
  get newChains(): number {
    return this.#chains.insertUpdate + this.#chains.insertUpdateDelete
  }

  /** New rows that the batch at hand will delete again: they may get no child. */
  get newDeletes(): number {
    return this.#chains.insertUpdateDelete
  }

  /** Whether its rows come and go in one batch where their parents do. If it had children, they would count on them. */
  get followsDeletes(): boolean {
    return this.children.length === 0
  }

  /** Changes of the batch at hand, with those that chains will add to new rows. */
  planned(kind: ChangeKind): number {
    const count = this.#drafts.count(kind)
    if (kind === 'update') return count + this.newChains
    return kind === 'delete' ? count + this.newDeletes : count
  }

  isLive(number: number): boolean {
    return this.#live.has(this.#position(number))
  }

  /** Draws the chains of a batch. Those that delete a row that is there are planned at once, so that children see it. */
  beginChains(changes: number, room: Omit<Room, 'rows'>, random: Random): void {
    const wanted = this.#chained.take(changes)
    const excluded = this.#gone ? [] : (['deleteInsert'] as const)
    const chains = drawChains(wanted, { ...room, rows: this.#live.count }, excluded, random)
    this.#chains = chains
    const used = (Object.keys(chains) as (keyof Chains)[]).reduce((sum, s) => sum + chains[s] * lengthOf(s), 0)
    // What is too short for a chain is kept for the next batch; what there is no room for is not.
    this.#chained.putBack(Math.min(wanted - used, SHORTEST - 1))
    for (; chains.updateDelete > 0; chains.updateDelete--) {
      const position = this.#picks.forDelete(this.#live, random)
      this.#update(position, 0)
      this.#delete(this.#numberAt(position), 1)
    }
    for (; chains.deleteInsert > 0; chains.deleteInsert--) {
      const position = this.#picks.forDelete(this.#live, random)
      const number = this.#numberAt(position)
      this.#delete(number, 0)
      this.#drafts.add(1, 'again', number, this.#nextVersion(position))
      this.#returning.push(number)
    }
  }

  /** Deletes rows, with their children, as long as there are any. */
  deleteAny(count: number, random: Random): void {
    for (let i = 0; i < count && this.#live.count > 0; i++) {
      this.#delete(this.#numberAt(this.#picks.forDelete(this.#live, random)), 0)
    }
  }

  /** Makes so many UPDATEs, of distinct rows but for chains, as long as there are rows. */
  updateAny(count: number, random: Random): void {
    const picked: number[] = []
    for (let left = count; left > 0 && this.#live.count > 0; left--) {
      const position = this.#picks.forUpdate(this.#live, random)
      this.#live.clear(position)
      picked.push(position)
      this.#update(position, 0)
      if (this.#chains.updateUpdate === 0 || left === 1) continue
      this.#chains.updateUpdate -= 1
      left -= 1
      this.#update(position, 1)
    }
    for (const position of picked) this.#live.set(position)
    this.#chains.updateUpdate = 0
  }

  /** Of so many INSERTs, how many should be of rows that were deleted. */
  takeReturns(inserts: number): number {
    return Math.min(this.#returns.take(inserts), inserts - this.newChains, this.goneRows)
  }

  /** Inserts rows again that were deleted; there must be so many. */
  insertAgain(count: number, random: Random): void {
    for (let left = count; left > 0; left--) {
      const position = this.#picks.forInsert(this.#gone!, random)
      const number = this.#numberAt(position)
      this.#drafts.add(0, 'again', number, this.#nextVersion(position))
      this.#revive(number)
    }
  }

  /** Gives up a chain that begins with a new row. Returns how many changes that leaves over. */
  dropNewChain(): number {
    const shape = this.newDeletes > 0 ? 'insertUpdateDelete' : 'insertUpdate'
    this.#chains[shape] -= 1
    return lengthOf(shape) - 1
  }

  /**
   * Makes so many changes: INSERTs of the next rows; those without a live parent are passed over for good. Where the
   * batch deletes the parent again, a DELETE of the child goes with it, if that is what the table does.
   */
  insertNext(count: number): void {
    let kept = 0
    for (let left = count; left > 0;) {
      const number = ++this.#last
      const possible = this.parent === undefined || this.parent.isLive(number)
      const isDoomed =
        !possible &&
        this.followsDeletes &&
        this.parent.#doomed.has(number) &&
        left - 2 >= Math.max(0, this.newChains - kept)
      this.#append(possible || isDoomed)
      if (!possible && !isDoomed) {
        if (this.#gone) this.#versions.set(this.#position(number), PASSED_OVER)
        continue
      }
      if (this.parent && possible) this.waiting -= 1
      for (const child of this.children) child.waiting += 1
      this.#drafts.add(0, 'insert', number, 0)
      if (isDoomed) this.#doom(number)
      else kept += 1
      left -= isDoomed ? 2 : 1
    }
  }

  /** Adds the further changes of chains that begin with a new row; the rows are drawn. */
  chainNew(random: Random): void {
    const chains = this.#chains
    if (this.newChains === 0) return
    const numbers = this.#drafts.numbers(0, 'insert').filter((number) => this.isLive(number))
    for (let i = 0; chains.insertUpdate + chains.insertUpdateDelete > 0; i++) {
      const other = i + random.below(numbers.length - i)
      const number = numbers[other]!
      numbers[other] = numbers[i]!
      this.#update(this.#position(number), 1)
      if (chains.insertUpdate > 0) chains.insertUpdate -= 1
      else {
        chains.insertUpdateDelete -= 1
        this.#doom(number)
      }
    }
  }

  takeRun(round: number, kind: DraftKind): Run {
    return this.#drafts.take(round, kind, this.index)
  }

  /** Brings back what the batch deleted only to insert it again. To be called for all tables before `settle`. */
  finishChains(): void {
    for (const number of this.#returning) this.#revive(number)
    this.#returning = []
    this.#doomed.clear()
  }

  /** Ends a batch: from now on its rows can be picked again. To be called for parents first. */
  settle(runs: readonly Run[]): void {
    if (!this.#gone && !this.#hasChains) return
    const changed: number[] = []
    const deleted: number[] = []
    for (const number of runs.flatMap(({ numbers }) => numbers)) {
      const position = this.#position(number)
      if (this.#live.has(position)) changed.push(position)
      else {
        deleted.push(position)
        this.#letReturn(number)
      }
    }
    if (this.#hasChains) this.#picks.remember(changed, deleted)
  }

  #append(live: boolean): void {
    this.#live.append(live)
    this.#gone?.append(false)
  }

  #update(position: number, round: number): void {
    const before = this.#versions.get(position)
    const version = this.#noops.take(1) === 1 ? before : before + 1
    if (version !== before) this.#versions.set(position, version)
    this.#drafts.add(round, 'update', this.#numberAt(position), version, before)
  }

  #delete(number: number, round: number): void {
    for (const child of this.children) {
      if (number > child.last) child.waiting -= 1
      else if (number > 0) child.#loseParent(number, round)
    }
    const position = this.#position(number)
    this.#live.clear(position)
    this.#drafts.add(round, 'delete', number, this.#versions.get(position))
    if (!this.#gone) this.#versions.delete(position)
  }

  #loseParent(number: number, round: number): void {
    if (this.isLive(number)) this.#delete(number, round)
    else if (this.#gone?.has(this.#position(number))) this.#gone.clear(this.#position(number))
  }

  /** Deletes a new row in the last round. */
  #doom(number: number): void {
    this.#delete(number, 2)
    this.#doomed.add(number)
  }

  #revive(number: number): void {
    const position = this.#position(number)
    if (this.#gone!.has(position)) this.#gone!.clear(position)
    this.#live.set(position)
    for (const child of this.children) {
      if (number > child.last) child.waiting += 1
      else if (number > 0) child.#letReturn(number)
    }
  }

  /** From now on a dead row can come back, if it was ever there and its parent is. */
  #letReturn(number: number): void {
    const position = this.#position(number)
    if (!this.#gone || this.#live.has(position) || this.#gone.has(position)) return
    if (this.#versions.get(position) === PASSED_OVER) return
    if (number < 0 || this.parent === undefined || this.parent.isLive(number)) this.#gone.set(position)
  }

  #nextVersion(position: number): number {
    const version = this.#versions.get(position) + 1
    this.#versions.set(position, version)
    return version
  }

  #position(number: number): number {
    return number > 0 ? this.#foreign + number - 1 : -number - 1
  }

  #numberAt(position: number): number {
    return position < this.#foreign ? -position - 1 : position - this.#foreign + 1
  }
}
