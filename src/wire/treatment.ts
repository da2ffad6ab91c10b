import type { Piece } from './protocol/message-framer.js'

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
  readonly onAnswer?: (message: Piece, isLast: boolean) => readonly Buffer[] | Promise<readonly Buffer[]> | undefined
  /** Called with what the client gets from the statement on, before the next one of its session. */
  readonly onTold?: (bytes: Buffer) => void
}
