import type { Treatment } from '../treatment.js'

/** A damage that is done to a statement. */
export interface Treated {
  readonly treatment: Treatment
  /** Whether it was done: the statement may have come in another way than before. */
  readonly isDone: () => boolean
}
