import type { Random } from '../tables/random.js'
import type { ChangeKind, Run } from './batch.js'
import type { Room } from './rows/chains.js'
import type { Family } from './families/family.js'
import type { Demand } from './mix/apportionment.js'
import { type Hazards, noHazards } from './mix/hazards.js'
import { Quota } from './mix/quota.js'
import { RowBook } from './rows/row-book.js'
import { RowPicks } from './rows/row-picks.js'
import { type DraftKind, type Round, RunDrafts } from './run-drafts.js'
import { TableChains } from './rows/table-chains.js'

/**
 * The changes of one table, batch after batch.
 *
 * A batch is planned in the order deletes, updates, inserts; while it is, a row that it deletes in a later round is
 * dead already, and one that it deletes and inserts again is dead until `settle`.
 */
export class TablePlan {
  readonly index: number
  /** Rows that live rows of the parent can still get: their numbers come after `last`. */
  waiting = 0
  /** UPDATEs and DELETEs that the batch at hand should have. */
  demand: Demand = { updates: 0, deletes: 0, room: 0 }
  /** INSERTs that the batch at hand has still to get. */
  inserts = 0
  readonly family: Family
  readonly parent: TablePlan | undefined
  readonly children: TablePlan[] = []
  /** Tables whose rows this one's point at. */
  readonly referred: readonly TablePlan[]
  /** Whether its rows come and go in one batch where their parents do. If it had children, they would count on them. */
  readonly canFollow: boolean
  readonly rows: RowBook
  /** Those of the batch at hand. */
  readonly chains: TableChains
  readonly #drafts = new RunDrafts()
  readonly #picks: RowPicks
  readonly #noops: Quota
  readonly #returns: Quota
  /** New rows that the batch at hand deletes again. */
  #doomed = new Set<number>()
  /** Rows that the batch at hand deletes and then inserts again. */
  #returning: number[] = []

  constructor(
    index: number,
    foreignRows: number,
    { family, parent, referred, canFollow }: Relatives,
    hazards: Hazards = noHazards,
  ) {
    this.index = index
    this.family = family
    this.parent = parent
    this.referred = referred.map((other) => other ?? this)
    this.canFollow = canFollow
    parent?.children.push(this)
    this.rows = new RowBook(foreignRows, family, parent?.rows, hazards.reinsert > 0)
    this.#picks = new RowPicks(hazards)
    this.#noops = new Quota(hazards.noopUpdates)
    this.#returns = new Quota(hazards.reinsert)
    this.chains = new TableChains(hazards.sameKeyChains, [
      ...(hazards.reinsert > 0 ? [] : ['deleteInsert' as const]),
      // Every second new row is one that is never deleted.
      ...(family.isReferred ? ['insertUpdateDelete' as const] : []),
    ])
  }

  /** The highest number that was inserted or passed over. */
  get last(): number {
    return this.rows.last
  }

  /** Deleted rows that can be inserted again. */
  get goneRows(): number {
    return this.rows.gone?.count ?? 0
  }

  get followsDeletes(): boolean {
    return this.canFollow && this.children.length === 0
  }

  /** Changes of the batch at hand, with those that chains will add to new rows. */
  planned(kind: ChangeKind): number {
    const count = this.#drafts.count(kind)
    if (kind === 'update') return count + this.chains.ofNewRows
    return kind === 'delete' ? count + this.chains.deletesOfNewRows : count
  }

  /** Draws the chains of a batch. Those that delete a row that is there are planned at once, so that children see it. */
  beginChains(changes: number, room: Omit<Room, 'rows'>, fits: Fits, random: Random): void {
    this.chains.draw(changes, { ...room, rows: this.rows.deletable.count }, random)
    while (this.chains.take('updateDelete')) {
      const position = this.#pickForDelete(fits, random)
      if (position === undefined) return this.chains.dropDeletes()
      this.#update(position, 0)
      this.#delete(this.rows.numberAt(position), 1)
    }
    while (this.chains.take('deleteInsert')) {
      const position = this.#pickForDelete(fits, random)
      if (position === undefined) return this.chains.dropDeletes()
      const number = this.rows.numberAt(position)
      this.#delete(number, 0)
      this.#drafts.add(1, 'again', number, this.rows.renew(position))
      this.#returning.push(number)
    }
  }

  /** Deletes rows, with all that hangs on them, as long as there are any that fit. */
  deleteAny(count: number, fits: Fits, random: Random): void {
    for (let i = 0; i < count; i++) {
      const position = this.#pickForDelete(fits, random)
      if (position === undefined) return
      this.#delete(this.rows.numberAt(position), 0)
    }
  }

  /** Live rows that hang on those with numbers from one to another, in this table. */
  countLive(from: number, to: number): number {
    return this.rows.countLive(Math.min(from, this.last + 1), Math.min(to, this.last))
  }

  /** Makes so many UPDATEs, of distinct rows but for chains, as long as there are rows. */
  updateAny(count: number, random: Random): void {
    const { live } = this.rows
    const picked: number[] = []
    for (let left = count; left > 0 && live.count > 0; left--) {
      const position = this.#picks.forUpdate(live, random)
      live.clear(position)
      picked.push(position)
      this.#update(position, 0)
      if (left === 1 || !this.chains.take('updateUpdate')) continue
      left -= 1
      this.#update(position, 1)
    }
    for (const position of picked) live.set(position)
    this.chains.drop('updateUpdate')
  }

  /** Of so many INSERTs, how many should be of rows that were deleted. */
  takeReturns(inserts: number): number {
    return Math.min(this.#returns.take(inserts), inserts - this.chains.ofNewRows, this.goneRows)
  }

  /** Inserts rows again that were deleted; there must be so many. */
  insertAgain(count: number, random: Random): void {
    const { gone } = this.rows
    for (let left = count; gone && left > 0; left--) {
      const position = this.#picks.forInsert(gone, random)
      const number = this.rows.numberAt(position)
      this.#drafts.add(0, 'again', number, this.rows.renew(position))
      this.#revive(number)
    }
  }

  /**
   * Makes so many changes: INSERTs of the next rows; those without a live parent are passed over for good. Where the
   * batch deletes the parent again, a DELETE of the child goes with it, if that is what the table does.
   *
   * @returns how many changes are left, because the rows that they need are not there yet: see `findBlocker`
   */
  insertNext(count: number): number {
    const { parent, rows, children } = this
    let [left, kept] = [count, 0]
    while (left > 0 && this.findBlocker() === undefined) {
      const number = rows.last + 1
      const above = this.family.parentOf(number)
      const possible = parent === undefined || parent.rows.isLive(above)
      const isDoomed =
        !possible &&
        this.followsDeletes &&
        parent.#doomed.has(above) &&
        left - 2 >= Math.max(0, this.chains.ofNewRows - kept)
      if (!possible && !isDoomed) {
        rows.passOverNext()
        continue
      }
      rows.enterNext(true)
      if (parent && possible) this.waiting -= 1
      for (const child of children) child.waiting += child.family.childrenOf(number)
      this.#drafts.add(0, 'insert', number, 0)
      if (isDoomed) this.#doom(number)
      else kept += 1
      left -= isDoomed ? 2 : 1
    }
    return left
  }

  /** The table that needs a new row before this one can have its next; undefined where it can. */
  findBlocker(): TablePlan | undefined {
    const { family, parent } = this
    this.rows.skipMissing()
    const number = this.last + 1
    if (parent && family.parentOf(number) > parent.last) return parent
    return this.referred.find((other) => other.family.kept(family.reach(other.family, number)) > other.last)
  }

  /** Adds the further changes of chains that begin with a new row; the rows are drawn. */
  chainNew(random: Random): void {
    if (this.chains.ofNewRows === 0) return
    const numbers = this.#drafts.numbers(0, 'insert').filter((number) => this.rows.isLive(number))
    for (let i = 0; this.chains.ofNewRows > 0; i++) {
      const other = i + random.below(numbers.length - i)
      const number = numbers[other]!
      numbers[other] = numbers[i]!
      this.#update(this.rows.positionOf(number), 1)
      if (!this.chains.take('insertUpdate') && this.chains.take('insertUpdateDelete')) this.#doom(number)
    }
  }

  takeRun(round: Round, kind: DraftKind): Run {
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
    if (!this.rows.gone && !this.chains.areWanted) return
    const changed: number[] = []
    const deleted: number[] = []
    for (const number of runs.flatMap(({ numbers }) => numbers)) {
      const position = this.rows.positionOf(number)
      if (this.rows.live.has(position)) changed.push(position)
      else {
        deleted.push(position)
        this.rows.letReturn(number)
      }
    }
    if (this.chains.areWanted) this.#picks.remember(changed, deleted)
  }

  #update(position: number, round: Round): void {
    const before = this.rows.versionAt(position)
    const version = this.#noops.take(1) === 1 ? before : before + 1
    if (version !== before) this.rows.setVersion(position, version)
    this.#drafts.add(round, 'update', this.rows.numberAt(position), version, before)
  }

  #delete(number: number, round: Round): void {
    if (number > 0) for (const child of this.children) child.#loseParent(number, round)
    this.#drafts.add(round, 'delete', number, this.rows.delete(number))
  }

  #loseParent(parent: number, round: Round): void {
    const { first, last, waiting } = this.rows.childrenOf(parent)
    this.waiting -= waiting
    for (let number = first; number <= last; number++) {
      if (this.rows.isLive(number)) this.#delete(number, round)
      else this.rows.keepAway(number)
    }
  }

  /** Deletes a new row in the last round. */
  #doom(number: number): void {
    this.#delete(number, 2)
    this.#doomed.add(number)
  }

  #revive(number: number): void {
    this.rows.revive(number)
    if (number > 0) for (const child of this.children) child.#regainParent(number)
  }

  #regainParent(parent: number): void {
    const { first, last, waiting } = this.rows.childrenOf(parent)
    this.waiting += waiting
    for (let number = first; number <= last; number++) this.rows.letReturn(number)
  }

  /** The position of a row that may be deleted, and with it all that hangs on it. */
  #pickForDelete(fits: Fits, random: Random): number | undefined {
    const isFit = (position: number): boolean => fits(this, this.rows.numberAt(position))
    return this.#picks.forDelete(this.rows.deletable, isFit, random)
  }
}

/** Whether a row can be deleted with all that hangs on it. */
export type Fits = (table: TablePlan, number: number) => boolean

/** How a table stands to the others. */
export interface Relatives {
  readonly family: Family
  readonly parent: TablePlan | undefined
  /** Undefined for the table itself. */
  readonly referred: readonly (TablePlan | undefined)[]
  readonly canFollow: boolean
}
