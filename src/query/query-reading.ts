import type { Cell, Column } from '../tables/column.js'
import type { Answer, RowCounts } from './answer.js'

/** What was read, beside the answers that it was compared with, by their commits. */
export interface QueryReading {
  /** The query, as messages name it. */
  readonly name: string
  readonly columns: readonly Column[]
  /** Where the columns of the key are among them; none without a key. */
  readonly keys: readonly number[]
  readonly rows: readonly (readonly Cell[])[]
  readonly counts: RowCounts
  readonly answers: ReadonlyMap<number, Answer>
}
