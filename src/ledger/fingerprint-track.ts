import type { Column } from '../tables/column.js'
import { type Accumulator, createAccumulator, FingerprintSink } from './accumulator.js'
import type { View } from './view.js'

/** The fingerprints of a view, commit by commit. Computed on from the last commit that was asked for. */
export class FingerprintTrack {
  readonly #applyCommit: (commit: number, accumulator: Accumulator) => void
  readonly #sink = new FingerprintSink()
  readonly #accumulator: Accumulator
  readonly #fingerprints: string[] = []
  readonly #rows: number[] = []

  /** @param applyCommit adds and removes the rows that a commit made come and go */
  constructor(columns: readonly Column[], view: View, applyCommit: (commit: number, accumulator: Accumulator) => void) {
    this.#applyCommit = applyCommit
    this.#accumulator = createAccumulator(columns, view, this.#sink)
  }

  /** The ledger must have been advanced to the commit. */
  fingerprintAt(commit: number): string {
    this.#advance(commit)
    return this.#fingerprints[commit]!
  }

  /** The commits of a range after which the view has this fingerprint and so many rows. */
  find(fingerprint: string, rows: number, since: number, until: number): number[] {
    this.#advance(until)
    const found: number[] = []
    for (let commit = since; commit <= until; commit++) {
      if (this.#rows[commit] === rows && this.#fingerprints[commit] === fingerprint) found.push(commit)
    }
    return found
  }

  #advance(commit: number): void {
    for (let next = this.#fingerprints.length; next <= commit; next++) {
      this.#applyCommit(next, this.#accumulator)
      this.#fingerprints.push(this.#sink.toString())
      this.#rows.push(this.#sink.rows)
    }
  }
}
