import type { Protocol } from './protocol/conversation.js'
import type { TransactionStatus } from './protocol/transaction-state.js'
import type { Treatment } from './treatment.js'

/** A point in a job's conversation: before a statement reaches the server. It is named by the statement's text and occurrence. */
export interface Place {
  /** Its name, short: the digest of the text, and the occurrence. The same in each run of the same job, in any schema. */
  readonly id: string
  /** 1, 2, 3 … in the order of the conversation: for display. */
  readonly number: number
  /** The statement's text, on one line and cut short. */
  readonly statement: string
  /** 1 for the first time that the text came, in any session of the job. */
  readonly occurrence: number
  /** How it came: `simple` is a query of the simple protocol, `parse` a statement that is prepared only, where that takes a transaction's snapshot. */
  readonly protocol: Protocol
  /** 1 for the job's first session. */
  readonly session: number
  /** The process number of the server's backend. */
  readonly backend: number
  /** The session's transaction before the statement. */
  readonly transaction: TransactionStatus
  /** What it was run with, cut short; empty unless they were asked for. */
  readonly parameters: readonly (string | null)[]
}

/**
 * What is done at a place: awaited before the statement goes on to the server, while other sessions go on. A treatment
 * that it resolves to is applied to the statement and its answer. `code` is the statement without comments before it, its
 * first 4,096 characters.
 */
export type PlaceHook = (place: Place, code: string) => Promise<Treatment | void> | undefined
