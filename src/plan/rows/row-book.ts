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
  readonly #parent: RowBook | undefined
  readonly #foreign: number
  readonly #versions = new IntMap()
  #last = 0

  constructor(foreignRows: number, parent: RowBook | undefined, comeBack: boolean) {
    this.#foreign = foreignRows
    this.#parent = parent
    this.gone = comeBack ? new RowSet() : undefined
    for (let i = 0; i < foreignRows; i++) this.#append(true)
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
    this.#append(live)
    if (!live && this.gone) this.#versions.set(this.positionOf(this.#last), PASSED_OVER)
  }

  /** Returns the version that is deleted. */
  delete(number: number): number {
    const position = this.positionOf(number)
    this.live.clear(position)
    const version = this.#versions.get(position)
    if (!this.gone) this.#versions.delete(position)
    return version
  }

  revive(number: number): void {
    const position = this.positionOf(number)
    if (this.gone?.has(position)) this.gone.clear(position)
    this.live.set(position)
  }

  /** From now on a dead row can come back, if it was ever there and its parent is. */
  letReturn(number: number): void {
    const position = this.positionOf(number)
    if (!this.gone || this.live.has(position) || this.gone.has(position)) return
    if (this.#versions.get(position) === PASSED_OVER) return
    if (number < 0 || this.#parent === undefined || this.#parent.isLive(number)) this.gone.set(position)
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

  #append(live: boolean): void {
    this.live.append(live)
    this.gone?.append(false)
  }
}
