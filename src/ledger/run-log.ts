import { type ChangeKind, insertsNext, type Run } from '../plan/batch.js'
import { IntList } from './int-list.js'

/** One run of a commit, without its rows. */
export interface LoggedRun {
  readonly table: number
  readonly kind: ChangeKind
  /** Whether it inserts rows above the highest number so far. */
  readonly isNext: boolean
  readonly changes: number
}

const KINDS: readonly ChangeKind[] = ['insert', 'update', 'delete']

/** Which runs each commit had, in their order: two integers a run. */
export class RunLog {
  /** By commit, from 0 on: where its runs end. */
  readonly #ends = new IntList()
  readonly #codes = new IntList()
  readonly #changes = new IntList()

  /** Enters the runs of the next commit. */
  record(runs: readonly Run[]): void {
    for (const run of runs) {
      this.#codes.push((run.table * KINDS.length + KINDS.indexOf(run.kind)) * 2 + (insertsNext(run) ? 1 : 0))
      this.#changes.push(run.numbers.length)
    }
    this.#ends.push(this.#codes.length)
  }

  *runsOf(commit: number): Generator<LoggedRun> {
    const end = this.#ends.at(commit)
    for (let run = commit === 0 ? 0 : this.#ends.at(commit - 1); run < end; run++) {
      const code = this.#codes.at(run) >>> 1
      const kind = KINDS[code % KINDS.length]!
      const table = Math.floor(code / KINDS.length)
      yield { table, kind, isNext: (this.#codes.at(run) & 1) === 1, changes: this.#changes.at(run) }
    }
  }
}
