import type { Piece } from '../protocol/message-framer.js'
import { FIELDS, textAt } from '../protocol/read-message.js'
import type { WireStats } from '../wire.js'
import type { Place } from '../place.js'

/** A conversation has no more: what comes after has no name. */
const MOST_PLACES = 100_000

/** What goes over a wire in one conversation: its places, over all sessions, and its figures. */
export class WireTally {
  readonly places: Place[] = []
  readonly #occurrences = new Map<string, number>()
  sessions = 0
  statements = 0
  rows = 0
  transactions = 0
  errors = 0
  sent = 0
  received = 0
  cancelRequests = 0
  /** When the first statement came, and when the last one was answered; in milliseconds since 1970. */
  first: number | undefined
  last: number | undefined
  readonly #notes = new Set<string>()

  /** Gives a place its number and occurrence; undefined where there are too many. */
  enter(digest: string, place: Omit<Place, 'id' | 'number' | 'occurrence'>): Place | undefined {
    const { length } = this.places
    if (length === MOST_PLACES) {
      this.note(`The conversation has more than ${MOST_PLACES} places: the others pass.`)
      return undefined
    }
    const occurrence = (this.#occurrences.get(digest) ?? 0) + 1
    this.#occurrences.set(digest, occurrence)
    const entered = { ...place, id: `${digest}.${occurrence}`, number: length + 1, occurrence }
    this.places.push(entered)
    return entered
  }

  /** Says something once. */
  note(line: string): void {
    this.#notes.add(line)
  }

  stats(): WireStats {
    const { sessions, statements, rows, transactions, errors, sent, received, cancelRequests, first, last } = this
    const counted = { sessions, statements, rows, transactions, errors, cancelRequests, first, last }
    return { ...counted, bytes: { sent, received }, notes: [...this.#notes] }
  }
}

/** Counts what a server answers in one session. */
export class AnswerTally {
  /** Rows of the statement that goes on. */
  #rows = 0
  #isInTransaction = false

  count({ type, bytes, ends }: Piece, tally: WireTally): void {
    switch (type) {
      case 'D':
        this.#rows += ends
        return
      case 'C':
        // `INSERT 0 5`, `COPY 5`, `SELECT 5`; others count no rows.
        tally.statements += 1
        tally.last = Date.now()
        tally.rows += Number(/ (\d+)$/.exec(textAt(bytes, FIELDS))?.[1] ?? 0)
        this.#isInTransaction = true
        break
      // A portal whose rows are fetched in parts: only the last part is counted by the server.
      case 's':
        tally.rows += this.#rows
        break
      case 'E':
        tally.errors += 1
        break
      case 'Z':
        if (this.#isInTransaction && bytes.readUInt8(FIELDS) === IDLE) {
          tally.transactions += 1
          this.#isInTransaction = false
        }
        break
      default:
        return
    }
    this.#rows = 0
  }
}

const IDLE = 'I'.charCodeAt(0)
