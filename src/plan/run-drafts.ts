import type { ChangeKind, Run } from './batch.js'

/** INSERTs of new rows and of rows that come back (`again`) are never in one run. */
export type DraftKind = ChangeKind | 'again'

/** A batch holds the usual runs once; chains on one key repeat them, twice at most. */
export const ROUNDS = [0, 1, 2] as const

/** Which of them. */
export type Round = (typeof ROUNDS)[number]

/** Rows of one run, while a batch is planned. */
interface Draft {
  readonly numbers: number[]
  readonly versions: number[]
  readonly before: number[]
  unchanged: number
}

const emptyDraft = (): Draft => ({ numbers: [], versions: [], before: [], unchanged: 0 })
const emptyRound = (): Record<DraftKind, Draft> => ({
  insert: emptyDraft(),
  again: emptyDraft(),
  update: emptyDraft(),
  delete: emptyDraft(),
})

/** The runs of one table, while a batch is planned. */
export class RunDrafts {
  readonly #rounds = [emptyRound(), emptyRound(), emptyRound()] as const
  readonly #counts = { insert: 0, update: 0, delete: 0 }

  /** @param before The version before an UPDATE. */
  add(round: Round, kind: DraftKind, number: number, version: number, before: number = version - 1): void {
    const draft = this.#rounds[round][kind]
    draft.numbers.push(number)
    draft.versions.push(version)
    this.#counts[kind === 'again' ? 'insert' : kind] += 1
    if (kind !== 'update') return
    draft.before.push(before)
    if (before === version) draft.unchanged += 1
  }

  /** Changes in all rounds. */
  count(kind: ChangeKind): number {
    return this.#counts[kind]
  }

  numbers(round: Round, kind: DraftKind): readonly number[] {
    return this.#rounds[round][kind].numbers
  }

  take(round: Round, kind: DraftKind, table: number): Run {
    const { numbers, versions, before, unchanged } = this.#rounds[round][kind]
    this.#rounds[round][kind] = emptyDraft()
    if (kind !== 'again') {
      this.#counts[kind] -= numbers.length
      return { kind, table, numbers, versions, ...(unchanged > 0 && { before }) }
    }
    this.#counts.insert -= numbers.length
    const rows = numbers.map((number, i) => ({ number, version: versions[i]! })).toSorted((a, b) => a.number - b.number)
    return {
      kind: 'insert',
      table,
      numbers: rows.map(({ number }) => number),
      versions: rows.map(({ version }) => version),
      again: true,
    }
  }
}
