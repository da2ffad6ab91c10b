import type { Piece } from '../protocol/message-framer.js'
import { FIELDS, rowsOf, zeroEnded } from '../protocol/read-message.js'
import type { WireStats } from '../wire.js'
import type { Place } from '../place.js'

/** Counts what goes over a wire. */
export class WireTally {
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
        tally.statements += 1
        tally.last = Date.now()
        tally.rows += rowsOf(zeroEnded(bytes, FIELDS).bytes.toString('latin1'))
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

/** A conversation has no more: what comes after has no name. */
const MOST_PLACES = 100_000

/** Gives the places of a conversation their numbers and occurrences, over all its sessions. */
export class PlaceBook {
  readonly #occurrences = new Map<string, number>()
  readonly #places: Place[] = []

  get places(): readonly Place[] {
    return this.#places
  }

  /** Undefined when the book is full. */
  enter(digest: string, place: Omit<Place, 'id' | 'number' | 'occurrence'>): Place | undefined {
    if (this.#places.length === MOST_PLACES) return undefined
    const occurrence = (this.#occurrences.get(digest) ?? 0) + 1
    this.#occurrences.set(digest, occurrence)
    const entered = { ...place, id: `${digest}.${occurrence}`, number: this.#places.length + 1, occurrence }
    this.#places.push(entered)
    return entered
  }
}
