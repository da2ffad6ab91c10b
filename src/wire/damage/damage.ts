import type { Treatment } from '../place.js'

/**
 * Something that a job could do wrong, done to one statement of a right one. Rows and parameters are counted from 1. What is said
 * to the job is what the protocol asks for: only the statement's effect, or what it reads, is another.
 */
export type Damage =
  /** Not sent, and answered as when nothing was done to it. */
  | { readonly kind: 'left-out' }
  /** Sent twice, and answered once. */
  | { readonly kind: 'sent-twice' }
  /** A COMMIT that becomes a ROLLBACK, and is answered as a COMMIT. */
  | { readonly kind: 'rolled-back' }
  /** A row of the answer is left out, or comes twice. */
  | { readonly kind: 'row-left-out' | 'row-doubled'; readonly row: number }
  /** A whole number that something is compared with is another one. */
  | { readonly kind: 'parameter-moved'; readonly parameter: number; readonly by: 1 | -1 }
  /** A transaction begins as READ COMMITTED. */
  | { readonly kind: 'isolation-weakened' }
  /** The transaction ends before the statement, and another one begins by this command. */
  | { readonly kind: 'transaction-split'; readonly begin: string }

export type DamageKind = Damage['kind']

/** A damage that is done to a statement. */
export interface Treated {
  readonly treatment: Treatment
  /** Whether it was done: the statement may have come in another way than before. */
  readonly isDone: () => boolean
}
