import type { Protocol } from './protocol/conversation.js'
import type { TransactionStatus } from './protocol/transaction-state.js'
import type { Piece } from './protocol/message-framer.js'

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

/** What goes on in place of a message of a client. */
export interface Replacement {
  /** Whole messages for the server; none leaves the message out. */
  readonly send: readonly Buffer[]
  /** Whole messages for the client, in the place of an answer: behind the answers to all that was sent before. */
  readonly answer?: readonly Buffer[]
}

/**
 * What is done to one statement on the wire: a fault, a damage. Each kind is a file of its own. A message of more than
 * 64 KiB comes without its end (`ends` is 0), and can be replaced, but not rewritten.
 */
export interface Treatment {
  /** Called with each message of the statement, but Flush, Sync and Terminate. Undefined lets it go as it is. */
  readonly onMessage?: (message: Piece) => Replacement | undefined
  /**
   * Called with each message of its answer, ReadyForQuery of its Sync among them: one by one, but the rest of a long one comes by itself.
   * Returns what the client gets; undefined lets it go as it is. The client waits for a promise.
   *
   * @param isLast Whether the server has then answered all that it was sent so far
   */
  readonly onAnswer?:
    ((message: Piece, isLast: boolean) => readonly Buffer[] | Promise<readonly Buffer[]> | undefined) | undefined
  /** Called with what the client gets from the statement on, before the next one of its session. */
  readonly onTold?: (bytes: Buffer) => void
}
