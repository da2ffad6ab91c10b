import type { Statement } from './statement.js'

/** Where a session's transaction is: `none`, `open`, or `failed`, when only its end is taken. */
export type TransactionStatus = 'none' | 'open' | 'failed'

/** Verbs for which a server takes no snapshot. */
const WITHOUT_SNAPSHOT: ReadonlySet<string> = new Set(
  'BEGIN START SET RESET SHOW SAVEPOINT RELEASE ROLLBACK LOCK LISTEN UNLISTEN NOTIFY DISCARD DEALLOCATE CHECKPOINT'.split(
    ' ',
  ),
)

const ENDS: ReadonlySet<string> = new Set(['COMMIT', 'END', 'ABORT', 'ROLLBACK'])

/**
 * What is known of a session's transaction, from what its client has sent and what ReadyForQuery says. A default isolation that is set
 * for a role, a database or the server is not seen.
 */
export class TransactionState {
  #status: TransactionStatus = 'none'
  #isRepeatable = false
  #isRepeatableByDefault: boolean
  #hasSnapshot = false

  constructor(defaultIsolation = '') {
    this.#isRepeatableByDefault = /repeatable|serializable/i.test(defaultIsolation)
  }

  get status(): TransactionStatus {
    return this.#status
  }

  /** Whether the next statement that is parsed takes the snapshot of the whole transaction. */
  get awaitsSnapshot(): boolean {
    return this.#status === 'open' && this.#isRepeatable && !this.#hasSnapshot
  }

  parsed({ verb }: Statement): void {
    if (!WITHOUT_SNAPSHOT.has(verb) && !ENDS.has(verb)) this.#hasSnapshot = true
  }

  ran(statement: Statement): void {
    const { verb, isolation } = statement
    if (isolation?.ofSession) this.#isRepeatableByDefault = isolation.isRepeatable
    if ((verb === 'BEGIN' || verb === 'START') && this.#status === 'none') this.#open()
    if (isolation && !isolation.ofSession) this.#isRepeatable = isolation.isRepeatable
    if (ENDS.has(verb) && !/\brollback\s+(?:work\s+|transaction\s+)?to\b/i.test(statement.text)) this.#status = 'none'
    if (statement.isList) this.#hasSnapshot = true
    else this.parsed(statement)
  }

  /** @param status The letter that ReadyForQuery has */
  ready(status: string): void {
    const now = status === 'T' ? 'open' : status === 'E' ? 'failed' : 'none'
    // COMMIT AND CHAIN ends one and begins the next, of the same isolation.
    if (now === 'open' && this.#status === 'none') this.#hasSnapshot = false
    this.#status = now
  }

  #open(): void {
    this.#status = 'open'
    this.#isRepeatable = this.#isRepeatableByDefault
    this.#hasSnapshot = false
  }
}
