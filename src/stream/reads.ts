import type { LaggingReads, ReadLog, ReportedCommit, ReadWindow } from '../match/read-log.js'

/** How far a stream is. */
export interface Progress {
  readonly acknowledged: number
  readonly sent: number
  /** Whether further commits can come at any moment. */
  readonly moving: boolean
  /** When a commit was acknowledged, in milliseconds since 1970; undefined where that is not known. */
  readonly timeOf: (commit: number) => number | undefined
}

export interface ReadSummary {
  readonly reads: number
  /** How many commits became visible in them. */
  readonly commits: number
  /** Whether the stream ran during one of them. */
  readonly moving: boolean
}

const NOTHING: ReportedCommit = Object.freeze({ commit: 0, by: '' })

/** What a test has read while its stream changed the tables, and which commits it was told of. */
export class Reads implements ReadLog {
  readonly lagging: LaggingTargets | undefined
  readonly #progress: () => Progress
  #windows = new WeakMap<object, ReadWindow>()
  #reported = NOTHING
  #count = 0
  #commits = 0
  #moved = false

  /** @param lagging whether somebody asks, at the end, for the targets that were let lag */
  constructor(progress: () => Progress, lagging: boolean) {
    this.#progress = progress
    this.lagging = lagging ? new LaggingTargets() : undefined
  }

  get reported(): ReportedCommit {
    return this.#reported
  }

  get summary(): ReadSummary {
    return { reads: this.#count, commits: this.#commits, moving: this.#moved }
  }

  /** To be called when a call that tells of a commit is through. */
  report(commit: number, by: string): void {
    if (commit > this.#reported.commit) this.#reported = { commit, by }
  }

  /** What was read and reported is not of the tables that come now. */
  reset(): void {
    this.#windows = new WeakMap()
    this.#reported = NOTHING
    this.lagging?.reset()
  }

  async read<T>(work: () => T | PromiseLike<T>): Promise<Awaited<T>> {
    const { acknowledged: since, moving } = this.#progress()
    const value = await work()
    const { sent, acknowledged, moving: moves } = this.#progress()
    const window = Object.freeze({ since, until: sent, commits: acknowledged - since })
    this.#count += 1
    this.#commits += window.commits
    this.#moved ||= moving && moves
    this.#enter(value, window, 2)
    return value
  }

  windowOf(value: unknown): ReadWindow | undefined {
    if (!isObject(value)) return undefined
    return (
      this.#windows.get(value) ?? (hasRows(value) && isObject(value.rows) ? this.#windows.get(value.rows) : undefined)
    )
  }

  millisecondsBetween(earlier: number, later: number): number | undefined {
    const { timeOf } = this.#progress()
    const [from, to] = [timeOf(earlier), timeOf(later)]
    return from === undefined || to === undefined ? undefined : to - from
  }

  /** Tests take apart what a read returns: the `rows` of a result, the results of several tables, `[rows, fields]`. */
  #enter(value: unknown, window: ReadWindow, depth: number): void {
    if (!isObject(value)) return
    this.#windows.set(value, window)
    if (hasRows(value)) this.#enter(value.rows, window, 0)
    if (depth === 0) return
    const parts = Array.isArray(value) ? value.slice(0, 8).filter(isTable) : isPlain(value) ? Object.values(value) : []
    for (const part of parts) this.#enter(part, window, depth - 1)
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function hasRows(value: object): value is { readonly rows: unknown } {
  return 'rows' in value
}

/** Rows in a list of them, and not a row. */
function isTable(value: unknown): boolean {
  return isObject(value) && (Array.isArray(value) ? isObject(value[0]) : hasRows(value))
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype
}

class LaggingTargets implements LaggingReads {
  readonly #shown = new Map<string, number>()
  readonly #due = new Set<string>()

  /** The targets that were let lag, and were never seen to arrive after that. */
  get due(): readonly string[] {
    return [...this.#due]
  }

  floorOf(target: string): number {
    return this.#shown.get(target) ?? 0
  }

  show(target: string, commit: number): void {
    this.#shown.set(target, Math.max(commit, this.floorOf(target)))
    this.#due.add(target)
  }

  arrive(target: string): void {
    this.#due.delete(target)
  }

  reset(): void {
    this.#shown.clear()
    this.#due.clear()
  }
}
