import type { Completed } from '../../options/option-table.js'

/** What the command line was told, completed: an option of the table each. */
export type Settings = Readonly<
  Omit<Completed<'command'>, keyof Typed> & {
    [K in keyof Typed]: Typed[K]
  }
>

/** Where settings differ from what the engine takes. */
interface Typed {
  /** None where `continuous` holds. */
  readonly batches: number | undefined
  /** Milliseconds; none where `rate` or `schedule` says how fast it goes. */
  readonly interval: number | undefined
  /** A file or a token. */
  readonly resume: string | undefined
}
