import { ExpectedAnswers } from './expected-answers.js'
import type { Framing, Piece } from './message-framer.js'
import { FIELDS, textAt, zeroEnded } from './read-message.js'
import { type Statement, statementOf } from './statement.js'
import { TransactionState, type TransactionStatus } from './transaction-state.js'

/** Which messages of a client are looked at: all but rows and what has a password. */
export const ofClient: Framing = { lookedAt: new Set('QPBDECFHSXcf'), startsUntyped: true }

/** Which messages of a server are looked at: rows, their descriptions and values pass. */
export const ofServer: Framing = { lookedAt: new Set('RKZCE') }

/** Bytes of messages that wait for what comes behind them. A client that sends more has them sent. */
const LONGEST_WAIT_BYTES = 1_048_576

/** How a statement came: `simple` is a query of the simple protocol, `parse` a statement that is prepared and not run. */
export type Protocol = 'simple' | 'extended' | 'parse' | 'function'

/** A statement that is about to reach the server. */
export interface Candidate {
  readonly statement: Statement
  readonly protocol: Protocol
  /** The message with its parameters, if it has some. */
  readonly bind: Buffer | undefined
}

/** What goes on to the server next. */
export interface Step {
  readonly pieces: readonly Piece[]
  /** The statement that these bring to the server. */
  readonly candidate: Candidate | undefined
}

/** What is known of a session as it begins. */
export interface ConversationOptions {
  /** The isolation of transactions that name none. @default READ COMMITTED */
  readonly defaultIsolation?: string | undefined
  /** The test's schema: texts that differ in its name only are the same. */
  readonly schema?: string
}

/**
 * Follows what a client and a server say to one another in one session, and finds where a statement begins. Parse and
 * Describe wait for the Bind that follows: what is done before a statement is done before its Parse.
 */
export class Conversation<Subject> {
  readonly answers: ExpectedAnswers<Subject> = new ExpectedAnswers()
  readonly #transaction: TransactionState
  readonly #schema: string | undefined
  readonly #prepared = new Map<string, Statement>()
  /** A text is read when it comes and when it goes on. */
  readonly #read = new WeakMap<Piece, Statement>()
  #waiting: Piece[] = []
  #waitingBytes = 0

  constructor({ defaultIsolation, schema }: ConversationOptions = {}) {
    this.#transaction = new TransactionState(defaultIsolation)
    this.#schema = schema
  }

  get transaction(): TransactionStatus {
    return this.#transaction.status
  }

  /** The client has said something. Undefined while it waits. */
  heard(piece: Piece): Step | undefined {
    const isRest = piece.begins === 0 && piece.type !== ''
    switch (isRest ? 'rest' : piece.type) {
      case 'P':
        return this.#wait(piece)
      case 'B':
        return this.#release(piece, { statement: this.#boundStatement(piece), protocol: 'extended', bind: piece.bytes })
      case 'Q':
        return this.#release(piece, { statement: this.#statementOf(piece), protocol: 'simple', bind: undefined })
      case 'F':
        return this.#release(piece, { statement: calledFunction(piece.bytes), protocol: 'function', bind: undefined })
      case 'rest':
      case 'C':
      case 'D':
        return this.#waiting.length > 0 ? this.#wait(piece) : { pieces: [piece], candidate: undefined }
      default:
        return this.#release(piece, this.#snapshotTaker())
    }
  }

  /** What still waits when the client has ended. */
  rest(): readonly Piece[] {
    return this.#release(undefined, undefined).pieces
  }

  sent(piece: Piece, subject?: Subject): void {
    if (piece.begins === 0) return
    const wasDeaf = this.answers.isDeaf
    this.answers.asked(piece.type, subject)
    if (wasDeaf) return
    if (piece.type === 'P') this.#prepare(piece)
    if (piece.type === 'B') this.#transaction.ran(this.#boundStatement(piece))
    if (piece.type === 'Q') this.#transaction.ran(this.#statementOf(piece))
    if (piece.type === 'C' && piece.bytes[FIELDS] === STATEMENT) {
      this.#prepared.delete(textAt(piece.bytes, FIELDS + 1))
    }
  }

  answered({ type, bytes, ends }: Piece): void {
    for (let message = 0; message < ends; message += 1) this.answers.answered(type)
    if (type === 'Z') this.#transaction.ready(String.fromCharCode(bytes.readUInt8(FIELDS)))
  }

  #prepare(parse: Piece): void {
    const statement = this.#statementOf(parse)
    this.#prepared.set(textAt(parse.bytes, FIELDS), statement)
    this.#transaction.parsed(statement)
  }

  #statementOf(piece: Piece): Statement {
    const known = this.#read.get(piece)
    if (known) return known
    const at = piece.type === 'Q' ? FIELDS : zeroEnded(piece.bytes, FIELDS).end
    const statement = statementAt(piece.bytes, at, this.#schema)
    this.#read.set(piece, statement)
    return statement
  }

  /** The statement of a Bind, which may be among those that wait. */
  #boundStatement({ bytes }: Piece): Statement {
    const name = textAt(bytes, zeroEnded(bytes, FIELDS).end)
    const parse = this.#waiting.findLast((piece) => isParse(piece) && textAt(piece.bytes, FIELDS) === name)
    return parse ? this.#statementOf(parse) : (this.#prepared.get(name) ?? unknownStatement(name))
  }

  /** The first statement of those that wait, if its Parse takes the snapshot that the transaction keeps. */
  #snapshotTaker(): Candidate | undefined {
    if (!this.#transaction.awaitsSnapshot) return undefined
    const parse = this.#waiting.find(isParse)
    return parse && { statement: this.#statementOf(parse), protocol: 'parse', bind: undefined }
  }

  #wait(piece: Piece): Step | undefined {
    this.#waiting.push(piece)
    this.#waitingBytes += piece.bytes.length
    return this.#waitingBytes > LONGEST_WAIT_BYTES ? this.#release(undefined, this.#snapshotTaker()) : undefined
  }

  #release(piece: Piece | undefined, candidate: Candidate | undefined): Step {
    const pieces = piece ? [...this.#waiting, piece] : this.#waiting
    this.#waiting = []
    this.#waitingBytes = 0
    return { pieces, candidate }
  }
}

const STATEMENT = 'S'.charCodeAt(0)

function isParse({ type, begins }: Piece): boolean {
  return type === 'P' && begins > 0
}

/** Texts that are longer than what is kept of them differ by the length of their messages, too. */
function statementAt(message: Buffer, at: number, schema?: string): Statement {
  const { bytes, isCut } = zeroEnded(message, at)
  return statementOf(bytes, isCut ? message.readUInt32BE(1) : 0, schema)
}

/** A statement that the client prepared by an SQL command, or one that is not there. */
function unknownStatement(name: string): Statement {
  return statementOf(Buffer.from(`prepared statement ${name}`), 0)
}

function calledFunction(call: Buffer): Statement {
  const number = call.length >= FIELDS + 4 ? call.readUInt32BE(FIELDS) : 0
  return statementOf(Buffer.from(`function ${number}`), 0)
}
