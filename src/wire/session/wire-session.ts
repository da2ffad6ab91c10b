import type { Socket } from 'node:net'
import { type Candidate, Conversation, ofServer, parametersOf, type Step } from '../protocol/conversation.js'
import { errorResponse } from '../protocol/error-response.js'
import { LogIn } from './log-in.js'
import { MessageFramer, type Piece } from '../protocol/message-framer.js'
import { cancelServer } from './cancel-server.js'
import { Outbox } from './outbox.js'
import type { Place } from '../place.js'
import { pump } from './pump.js'
import type { SessionHost } from './session-host.js'
import type { Treatment } from '../treatment.js'
import type { Farewell } from '../wire.js'
import { AnswerTally } from './wire-tally.js'

/** A statement that was reached, and what is done to it. */
interface Reached {
  readonly place: Place
  readonly treatment?: Treatment
}

const FLUSH = Buffer.from('H\0\0\0\x04', 'latin1')

const CLIENT_LETTERS = new Set('QPBDECFHSXcfdp')
const SERVER_LETTERS = new Set('RKSZCEDTtnNAIs123GHWdcVv')

/** Milliseconds for a backend to end that was cancelled. One that does not is left to itself. */
const BACKEND_ENDS_WITHIN = 10_000

/** Of no statement. */
const CONTROL = new Set('HSX')

/** What passes between a client that has begun a session, and the server. */
export class WireSession {
  readonly number: number
  readonly #client: Socket
  readonly #server: Socket
  readonly #host: SessionHost
  readonly #toClient: Outbox
  readonly #toServer: Outbox
  readonly #serverFramer = new MessageFramer(ofServer)
  readonly #conversation: Conversation<Reached>
  readonly #counted = new AnswerTally()
  readonly #logIn = new LogIn()
  readonly #over: () => void
  readonly #isReplication: boolean
  #held: Promise<void> | undefined
  /** The last statement that was reached: what is sent until the next one is of it. */
  #reached: Reached | undefined
  /** Whether the message that goes on was replaced: the rest of it goes nowhere. */
  #isReplaced = false
  #onAnswered: (() => void) | undefined
  /** Resolves when the server's side of a session that was hung up is gone. Then nothing more is said to either side. */
  #hungUp: Promise<void> | undefined

  /** @param startup What the client has begun with, and what it says in it */
  constructor(
    client: Socket,
    server: Socket,
    host: SessionHost,
    parameters: ReadonlyMap<string, string>,
    startup: Piece,
  ) {
    this.#client = client
    this.#server = server
    this.#host = host
    this.#toClient = new Outbox(client)
    this.#toServer = new Outbox(server)
    this.number = host.nextNumber()
    this.#conversation = new Conversation({ defaultIsolation: defaultIsolation(parameters), schema: host.schema })
    this.#isReplication = !/^(?:false|off|no|0)$/i.test(parameters.get('replication') ?? 'off')
    if (this.#isReplication) {
      host.tally.note(`Session ${this.number} is one of replication: it passes unseen, and has no places.`)
    }
    this.#over = host.begun(this)
    pump(
      server,
      (chunk) => this.#fromServer(chunk),
      () => this.#serverEnded(),
    )
    server.on('error', () => {}).on('close', () => this.#serverClosed())
    this.#toServer.add(startup.bytes)
  }

  /** The process number of the server's backend; 0 while nobody has logged in. */
  get backend(): number {
    return this.#logIn.backend
  }

  get transaction(): Place['transaction'] {
    return this.#conversation.transaction
  }

  /** Where the session is: the place that is held, or whose statement the server has still to answer. */
  get place(): Place | undefined {
    return (this.#held ? this.#reached : this.#conversation.answers.subject)?.place
  }

  /** What a request has to say to cancel what the session does; undefined while nobody has logged in. */
  get secret(): Buffer | undefined {
    return this.#logIn.secret
  }

  has(secret: Buffer): boolean {
    return this.#logIn.has(secret)
  }

  /** Resolves when nothing is held at a place. */
  async released(): Promise<void> {
    await this.#held
  }

  /** Cuts both connections. */
  cut(farewell?: Farewell): void {
    if (farewell) {
      this.#toClient.add(errorResponse(farewell.code, farewell.message))
      void this.#toClient.flush()
      this.#client.end()
    } else this.#client.destroy()
    this.#server.destroy()
  }

  /** Ends it at the server, and says nothing to the client. Resolves when the backend is gone. */
  hangUp(): Promise<void> {
    return (this.#hungUp ??= this.#endAtServer())
  }

  /** The client has said something. A promise while it is held. */
  heard(piece: Piece): Promise<void> | undefined {
    if (this.#hungUp) return undefined
    if (this.#isReplication) {
      this.#toServer.add(piece.bytes)
      return undefined
    }
    if (!CLIENT_LETTERS.has(piece.type)) this.#noteUnknown(piece)
    this.#logIn.heard(piece)
    const step = this.#conversation.heard(piece)
    if (!step) return undefined
    if (!step.candidate || this.#conversation.answers.isDeaf) return this.#pass(step)
    if (!this.#host.holds) {
      this.#reach(step.candidate)
      return this.#pass(step)
    }
    this.#held = this.#atPlace(step, step.candidate).finally(() => (this.#held = undefined))
    return this.#held
  }

  /** Sends what was heard. A promise while the server has to take some first. */
  flush(): Promise<void> | undefined {
    return this.#toServer.flush()
  }

  clientEnded(rest: Piece | undefined): void {
    if (this.#hungUp) return
    for (const { bytes } of [...this.#conversation.rest(), ...(rest ? [rest] : [])]) this.#toServer.add(bytes)
    void this.#toServer.flush()
    this.#server.end()
  }

  clientClosed(): void {
    if (this.#logIn.isAsked) {
      this.#host.tally.note(
        'A client left when it was asked for a password. It has none, or insists on channel binding, which needs an encrypted ' +
          'connection: allow it to log in without (libpq: channel_binding=prefer).',
      )
    }
    this.#over()
    this.#wake()
    this.#server.end()
  }

  #reach(candidate: Candidate): Place | undefined {
    const { statement, protocol } = candidate
    this.#host.tally.first ??= Date.now()
    const place = this.#host.enter(statement.digest, {
      statement: statement.text,
      protocol,
      session: this.number,
      backend: this.backend,
      transaction: this.transaction,
      parameters: this.#host.showsParameters ? parametersOf(candidate) : [],
    })
    this.#reached = place && { place }
    return place
  }

  /** What was sent before is answered first: only then nothing of it is still to be done. */
  async #atPlace(step: Step, candidate: Candidate): Promise<void> {
    await this.#answered()
    const isPlace = !this.#conversation.answers.isDeaf && this.#server.readable && !this.#client.destroyed
    const place = isPlace ? this.#reach(candidate) : undefined
    if (place) {
      try {
        const treatment = await this.#host.hold(place, candidate.statement.code)
        if (treatment) this.#reached = { place, treatment }
      } catch (error) {
        return this.#leave('XX000', `What was to be done at place ${place.number} failed: ${(error as Error).message}`)
      }
    }
    this.#serverFramer.lookAtAll(this.#reached?.treatment?.onAnswer !== undefined)
    this.#pass(step)
  }

  async #answered(): Promise<void> {
    const { answers } = this.#conversation
    if (answers.needsFlush) {
      answers.asked('H')
      this.#toServer.add(FLUSH)
    }
    await this.#toServer.flush()
    if (this.#isCalm()) return
    await new Promise<void>((resolve) => (this.#onAnswered = resolve))
  }

  #isCalm(): boolean {
    const { isEmpty, isDeaf } = this.#conversation.answers
    return isEmpty || isDeaf || !this.#server.readable
  }

  #pass({ pieces }: Step): undefined {
    for (const piece of pieces) {
      if (piece.begins > 0) this.#isReplaced = this.#treat(piece)
      if (this.#isReplaced) continue
      this.#conversation.sent(piece, this.#reached)
      this.#toServer.add(piece.bytes)
    }
  }

  /** Whether something else went in place of the message. */
  #treat(piece: Piece): boolean {
    const { answers } = this.#conversation
    const treatment = this.#reached?.treatment
    const other = CONTROL.has(piece.type) || answers.isDeaf ? undefined : treatment?.onMessage?.(piece)
    if (!other) return false
    for (const bytes of other.send) {
      const type = bytes.toString('latin1', 0, 1)
      this.#conversation.sent({ type, bytes, begins: 1, ends: 1 }, this.#reached)
      this.#toServer.add(bytes)
    }
    if (other.answer) answers.forge(other.answer)
    this.#sayForged()
    void this.#toClient.flush()
    return true
  }

  #fromServer(chunk: Buffer): Promise<void> | undefined {
    if (this.#hungUp) return undefined
    this.#host.tally.received += chunk.length
    const refusal = this.#logIn.heardServer(chunk)
    return refusal ? this.#leave(...refusal) : this.#advance(this.#serverFramer.pieces(chunk))
  }

  #advance(pieces: Generator<Piece, void, undefined>): Promise<void> | undefined {
    for (let next = pieces.next(); !next.done; next = pieces.next()) {
      const busy = this.#answer(next.value)
      if (busy) return busy.then(() => this.#advance(pieces))
    }
    if (this.#onAnswered && this.#isCalm()) this.#wake()
    return this.#toClient.flush()
  }

  #answer(piece: Piece): Promise<void> | undefined {
    if (this.#isReplication) return this.#say([piece.bytes])
    if (!SERVER_LETTERS.has(piece.type)) this.#noteUnknown(piece)
    const treatment = this.#conversation.answers.subject?.treatment
    this.#conversation.answered(piece)
    this.#counted.count(piece, this.#host.tally)
    const { bytes, refusal } = this.#logIn.answered(piece)
    if (refusal) this.#leave(...refusal)
    const answer = treatment?.onAnswer?.(piece, this.#conversation.answers.isEmpty) ?? [bytes]
    if (answer instanceof Promise) return answer.then((late) => this.#say(late))
    return this.#say(answer)
  }

  #say(answer: readonly Buffer[]): undefined {
    if (this.#hungUp) return
    for (const bytes of answer) this.#tell(bytes)
    this.#sayForged()
  }

  #sayForged(): void {
    for (const bytes of this.#conversation.answers.takeForged()) this.#tell(bytes)
  }

  #tell(bytes: Buffer): void {
    this.#reached?.treatment?.onTold?.(bytes)
    this.#toClient.add(bytes)
  }

  #noteUnknown({ type }: Piece): void {
    const what = type === '' ? 'what is no message' : `a message of an unknown type, ${JSON.stringify(type)}`
    this.#host.tally.note(`Session ${this.number} has ${what}: it passes unseen.`)
  }

  #wake(): void {
    this.#onAnswered?.()
    this.#onAnswered = undefined
  }

  /** Ends the session for a reason that the client is told. */
  #leave(code: string, message: string): undefined {
    this.#host.tally.note(message)
    this.#toClient.add(errorResponse(code, message))
    void this.#toClient.flush()
    this.#client.end()
    this.#server.destroy()
  }

  async #endAtServer(): Promise<void> {
    const gone = new Promise<void>((resolve) => {
      if (this.#server.closed) resolve()
      else this.#server.on('close', () => resolve())
    })
    // A backend that works does not see that its client is gone.
    if (this.secret && !this.#isCalm()) await cancelServer(this.#host, this.secret)
    const expire = setTimeout(() => this.#server.destroy(), BACKEND_ENDS_WITHIN)
    this.#server.end().resume()
    await gone
    clearTimeout(expire)
  }

  #serverEnded(): void {
    if (this.#hungUp) return
    const rest = this.#serverFramer.rest()
    if (rest) this.#toClient.add(rest.bytes)
    void this.#toClient.flush()
    this.#client.end()
  }

  #serverClosed(): void {
    this.#wake()
    if (this.#hungUp) return
    this.#over()
    this.#client.end()
  }
}

/** The isolation that a client sets for its session as it begins. */
function defaultIsolation(parameters: ReadonlyMap<string, string>): string | undefined {
  const options = /default_transaction_isolation=(\S+)/.exec(parameters.get('options') ?? '')
  return parameters.get('default_transaction_isolation') ?? options?.[1]
}
