import type { Family } from '../families/family.js'
import { IntMap } from './int-map.js'
import { RowSet } from './row-set.js'
import { numberAt, positionOf } from './row-position.js'

/** The version of a row that never was, which deleted ones do not have. */
const PASSED_OVER = -1

/** Which rows of a table are live, and in which version. */
export class RowBook {
  readonly live: RowSet = new RowSet()
  /** Dead rows that were live once and have a live parent, if they need one; only where rows come back. */
  readonly gone: RowSet | undefined
  /** Live rows that may be deleted. */
  readonly deletable: RowSet
  readonly #family: Family
  readonly #parent: RowBook | undefined
  readonly #foreign: number
  readonly #versions = new IntMap()
  #last = 0

  constructor(foreignRows: number, family: Family, parent: RowBook | undefined, comeBack: boolean) {
    this.#foreign = foreignRows
    this.#family = family
    this.#parent = parent
    this.gone = comeBack ? new RowSet() : undefined
    this.deletable = family.isReferred ? new RowSet() : this.live
    for (let i = 0; i < foreignRows; i++) this.#append(true, !family.isReferred)
  }

  /** The highest number that was inserted or passed over. */
  get last(): number {
    return this.#last
  }

  isLive(number: number): boolean {
    return this.live.has(this.positionOf(number))
  }

  versionAt(position: number): number {
    return this.#versions.get(position)
  }

  setVersion(position: number, version: number): void {
    this.#versions.set(position, version)
  }

  /** Gives a row its next version, and returns that. */
  renew(position: number): number {
    const version = this.#versions.get(position) + 1
    this.#versions.set(position, version)
    return version
  }

  /** Enters the next number, or passes it over for good. */
  enterNext(live: boolean): void {
    this.#last += 1
    this.#append(live, live && !this.#family.keeps(this.#last))
    if (!live && this.gone) this.#versions.set(this.positionOf(this.#last), PASSED_OVER)
  }

  /** Goes on to the next number that exists, as far as the parent's rows go. */
  skipMissing(): void {
    const [family, parent, next] = [this.#family, this.#parent, this.#last + 1]
    if (!parent || family.isWhole || family.parentOf(next) > parent.last) return
    const existing = family.next(next)
    if (existing > next) this.#passOver(Math.min(existing - 1, parent.last * family.most))
  }

  /** Passes over what comes next, and belongs to a row of the parent that is not there, for good. */
  passOverNext(): void {
    const [family, parent] = [this.#family, this.#parent]
    // Where rows come back, it has to be known which of them were there.
    if (family.most === 1 || this.gone || !parent) this.enterNext(false)
    else this.#passOver(family.firstOf(parent.nextLive(family.parentOf(this.#last + 1))) - 1)
  }

  /** The numbers of a row's children that were inserted or passed over, and how many there can still be. */
  childrenOf(parent: number): { first: number; last: number; waiting: number } {
    const first = this.#family.firstOf(parent)
    const end = first + this.#family.childrenOf(parent) - 1
    const last = Math.min(end, this.#last)
    return { first, last, waiting: end - Math.max(last, first - 1) }
  }

  /** Live rows among those of the stream with numbers from one to another. */
  countLive(from: number, to: number): number {
    return this.live.countBefore(this.positionOf(to) + 1) - this.live.countBefore(this.positionOf(from))
  }

  /** The least number of a live row of the stream from this one on; a number above `last` where there is none. */
  nextLive(number: number): number {
    const before = this.live.countBefore(this.positionOf(number))
    return before === this.live.count ? this.#last + 1 : this.numberAt(this.live.select(before))
  }

  /** Returns the version that is deleted. */
  delete(number: number): number {
    const position = this.positionOf(number)
    this.live.clear(position)
    if (this.deletable !== this.live) this.deletable.clear(position)
    const version = this.#versions.get(position)
    if (!this.gone) this.#versions.delete(position)
    return version
  }

  revive(number: number): void {
    const position = this.positionOf(number)
    if (this.gone?.has(position)) this.gone.clear(position)
    this.live.set(position)
    // A row that is never deleted does not come back either.
    if (this.deletable !== this.live) this.deletable.set(position)
  }

  /** From now on a dead row can come back, if it was ever there and its parent is. */
  letReturn(number: number): void {
    const position = this.positionOf(number)
    if (!this.gone || this.live.has(position) || this.gone.has(position)) return
    if (this.#versions.get(position) === PASSED_OVER) return
    const hasParent = number < 0 || this.#parent === undefined || this.#parent.isLive(this.#family.parentOf(number))
    if (hasParent) this.gone.set(position)
  }

  /** From now on a dead row cannot come back. */
  keepAway(number: number): void {
    const position = this.positionOf(number)
    if (this.gone?.has(position)) this.gone.clear(position)
  }

  positionOf(number: number): number {
    return positionOf(number, this.#foreign)
  }

  numberAt(position: number): number {
    return numberAt(position, this.#foreign)
  }

  #passOver(last: number): void {
    const count = last - this.#last
    this.#last = last
    for (const rows of new Set([this.live, this.deletable, this.gone])) rows?.appendDead(count)
  }

  #append(live: boolean, deletable: boolean): void {
    this.live.append(live)
    if (this.deletable !== this.live) this.deletable.append(deletable)
    this.gone?.append(false)
  }
}
