import type { Random } from '../tables/random.js'
import { LiveRows } from './live-rows.js'
import type { ChangeKind, Run } from './batch.js'
import { IntMap } from './int-map.js'

/** Rows of one kind of change, while a batch is planned. */
interface Draft {
  readonly numbers: number[]
  readonly versions: number[]
}

const emptyDraft = (): Draft => ({ numbers: [], versions: [] })

/**
 * What the planner knows of one table: which rows are live and in which version. Number n > 0 is the stream's row n,
 * number −i the i-th row that stood there before.
 */
export class TablePlan {
  readonly index: number
  /** Live rows of the parent that come after `last`: each can still get its child. */
  waiting = 0
  readonly parent: TablePlan | undefined
  readonly children: TablePlan[] = []
  readonly #foreign: number
  readonly #live = new LiveRows()
  readonly #versions = new IntMap()
  #last = 0
  #drafts: Record<ChangeKind, Draft> = { insert: emptyDraft(), update: emptyDraft(), delete: emptyDraft() }

  constructor(index: number, foreignRows: number, parent: TablePlan | undefined) {
    this.index = index
    this.parent = parent
    parent?.children.push(this)
    this.#foreign = foreignRows
    for (let i = 0; i < foreignRows; i++) this.#live.append(true)
  }

  /** The highest number that was inserted or passed over. */
  get last(): number {
    return this.#last
  }

  get liveRows(): number {
    return this.#live.count
  }

  planned(kind: ChangeKind): number {
    return this.#drafts[kind].numbers.length
  }

  isLive(number: number): boolean {
    return this.#live.has(this.#position(number))
  }

  /** Deletes rows picked uniformly among the live ones, with their children, as long as there are any. */
  deleteAny(count: number, random: Random): void {
    for (let i = 0; i < count && this.#live.count > 0; i++) {
      this.#delete(this.#numberAt(this.#live.select(random.below(this.#live.count))))
    }
  }

  /** Updates distinct rows picked uniformly among the live ones, as long as there are any. */
  updateAny(count: number, random: Random): void {
    const picked: number[] = []
    for (let i = 0; i < count && this.#live.count > 0; i++) {
      const position = this.#live.select(random.below(this.#live.count))
      this.#live.clear(position)
      picked.push(position)
      const version = this.#versions.get(position) + 1
      this.#versions.set(position, version)
      this.#draft('update', this.#numberAt(position), version)
    }
    for (const position of picked) this.#live.set(position)
  }

  /** Inserts the next rows; those without a live parent are passed over for good. */
  insertNext(count: number): void {
    for (let left = count; left > 0;) {
      const number = ++this.#last
      const possible = this.parent === undefined || this.parent.isLive(number)
      this.#live.append(possible)
      if (!possible) continue
      left -= 1
      if (this.parent) this.waiting -= 1
      for (const child of this.children) child.waiting += 1
      this.#draft('insert', number, 0)
    }
  }

  takeRun(kind: ChangeKind): Run {
    const draft = this.#drafts[kind]
    this.#drafts[kind] = emptyDraft()
    return { kind, table: this.index, ...draft }
  }

  #delete(number: number): void {
    for (const child of this.children) {
      if (number > child.last) child.waiting -= 1
      else if (number > 0 && child.isLive(number)) child.#delete(number)
    }
    const position = this.#position(number)
    this.#live.clear(position)
    this.#draft('delete', number, this.#versions.get(position))
    this.#versions.delete(position)
  }

  #draft(kind: ChangeKind, number: number, version: number): void {
    this.#drafts[kind].numbers.push(number)
    this.#drafts[kind].versions.push(version)
  }

  #position(number: number): number {
    return number > 0 ? this.#foreign + number - 1 : -number - 1
  }

  #numberAt(position: number): number {
    return position < this.#foreign ? -position - 1 : position - this.#foreign + 1
  }
}
