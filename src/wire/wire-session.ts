import type { Socket } from 'node:net'
import { type Candidate, Conversation, ofClient, ofServer, parametersOf, type Step } from './conversation.js'
import { errorResponse } from './error-response.js'
import { firstMessageOf } from './first-message.js'
import { MessageFramer, type Piece } from './message-framer.js'
import { FIELDS } from './message-text.js'
import { withoutChannelBinding } from './offered-mechanisms.js'
import { Outbox } from './outbox.js'
import type { Place } from './place.js'
import { pump } from './pump.js'
import { AnswerTally, type WireTally } from './wire-tally.js'

/** What a session needs of its wire. */
export interface SessionHost {
  readonly tally: WireTally
  /** Whether something may be done at a place. */
  readonly holds: boolean
  readonly showsParameters: boolean
  connect(): Promise<Socket>
  /** The session's number, as it begins. */
  begun(session: WireSession): number
  /** Undefined if the place has no name. */
  enter(digest: string, place: Omit<Place, 'id' | 'number' | 'occurrence'>): Place | undefined
  /** What is to be done before the place. */
  hold(place: Place): Promise<void> | undefined
  /** The session that has this secret. */
  find(secret: Buffer): WireSession | undefined
}

const FLUSH = Buffer.from('H\0\0\0\x04', 'latin1')

const CLIENT_LETTERS = new Set('QPBDECFHSXcfdp')
const SERVER_LETTERS = new Set('RKSZCEDTtnNAIs123GHWdcVv')

/** One connection of a job, and the one to the server that belongs to it. */
export class WireSession {
  readonly #client: Socket
  readonly #host: SessionHost
  readonly #framer = new MessageFramer(ofClient)
  readonly #serverFramer = new MessageFramer(ofServer)
  readonly #counted = new AnswerTally()
  readonly #toClient: Outbox
  #conversation = new Conversation<Place>()
  #server: Socket | undefined
  #toServer: Outbox | undefined
  #number = 0
  #secret: Buffer | undefined
  #isReplication = false
  #refused: string | undefined
  #held: Promise<void> | undefined
  /** The last place that was reached: what is sent until the next one is of its statement. */
  #reached: Place | undefined
  #onAnswered: (() => void) | undefined

  constructor(client: Socket, host: SessionHost) {
    this.#client = client
    this.#host = host
    this.#toClient = new Outbox(client)
    pump(
      client,
      (chunk) => this.#fromClient(chunk),
      () => this.#clientEnded(),
    )
    client.on('error', () => {}).on('close', () => this.#clientClosed())
  }

  get number(): number {
    return this.#number
  }

  /** The process number of the server's backend; 0 while nobody has logged in. */
  get backend(): number {
    return this.#secret?.readUInt32BE(0) ?? 0
  }

  get transaction(): Place['transaction'] {
    return this.#conversation.transaction
  }

  /** Where the session is: the place that is held, or whose statement the server has still to answer. */
  get place(): Place | undefined {
    return this.#held ? this.#reached : this.#conversation.answers.subject
  }

  has(secret: Buffer): boolean {
    return this.#secret?.equals(secret) ?? false
  }

  /** Resolves when nothing is held at a place. */
  async released(): Promise<void> {
    await this.#held
  }

  /** Cuts both connections. */
  cut(): void {
    this.#client.destroy()
    this.#server?.destroy()
  }

  #fromClient(chunk: Buffer): Promise<void> | undefined {
    this.#host.tally.sent += chunk.length
    return this.#advance(this.#framer.pieces(chunk))
  }

  #advance(pieces: Generator<Piece, void, undefined>): Promise<void> | undefined {
    for (let next = pieces.next(); !next.done; next = pieces.next()) {
      const busy = this.#heard(next.value)
      if (busy) return busy.then(() => this.#advance(pieces))
    }
    return this.#toServer?.flush()
  }

  #heard(piece: Piece): Promise<void> | undefined {
    if (!this.#toServer) return this.#first(piece)
    if (this.#isReplication) return this.#pass({ pieces: [piece], candidate: undefined })
    if (!CLIENT_LETTERS.has(piece.type) && piece.begins > 0) this.#noteUnknown(piece)
    const step = this.#conversation.heard(piece)
    if (!step) return undefined
    if (!step.candidate || this.#conversation.answers.isDeaf) return this.#pass(step)
    if (!this.#host.holds) {
      this.#enter(step.candidate)
      return this.#pass(step)
    }
    this.#held = this.#atPlace(step, step.candidate).finally(() => (this.#held = undefined))
    return this.#held
  }

  /** Before there is a session. */
  #first(piece: Piece): Promise<void> | undefined {
    const first = piece.begins > 0 ? firstMessageOf(piece.bytes) : ({ kind: 'unknown' } as const)
    switch (first.kind) {
      case 'encryption':
        this.#refused = first.by
        this.#client.write('N')
        return undefined
      case 'cancel':
        return this.#cancel(piece, first.secret)
      case 'startup':
        return this.#begin(piece, first.parameters)
      case 'unknown':
        return this.#refuse(piece)
      default:
        return first satisfies never
    }
  }

  async #begin(piece: Piece, parameters: ReadonlyMap<string, string>): Promise<void> {
    this.#refused = undefined
    const server = await this.#connect()
    if (!server) return
    const options = parameters.get('options') ?? ''
    const isolation =
      parameters.get('default_transaction_isolation') ?? /default_transaction_isolation=(\S+)/.exec(options)?.[1]
    this.#conversation = new Conversation(isolation)
    this.#number = this.#host.begun(this)
    this.#server = server
    this.#toServer = new Outbox(server)
    const replication = parameters.get('replication')
    if (replication !== undefined && !/^(?:false|off|no|0)$/i.test(replication)) {
      this.#isReplication = true
      this.#host.tally.note(`Session ${this.#number} is one of replication: it passes unseen, and has no places.`)
    }
    pump(
      server,
      (chunk) => this.#fromServer(chunk),
      () => this.#serverEnded(),
    )
    server.on('error', () => {}).on('close', () => this.#serverClosed())
    this.#toServer.add(piece.bytes)
  }

  /** A socket to the server; without one the client is told why. */
  async #connect(): Promise<Socket | undefined> {
    try {
      const server = await this.#host.connect()
      if (!this.#client.destroyed) return server
      server.destroy()
    } catch (error) {
      const { message } = error as Error
      this.#host.tally.note(message)
      this.#end('08001', message)
    }
    return undefined
  }

  async #cancel(piece: Piece, secret: Buffer): Promise<void> {
    this.#host.tally.cancelRequests += 1
    // One that overtook its statement would have nothing to cancel.
    await this.#host.find(secret)?.released()
    const server = await this.#connect()
    if (!server) return
    server.on('error', () => {}).on('close', () => this.#client.end())
    server.on('end', () => server.end()).resume()
    server.write(piece.bytes)
    this.#server = server
  }

  /** Nothing of the protocol: a client that begins with TLS at once, or something else altogether. */
  #refuse({ bytes }: Piece): undefined {
    const isTls = bytes[0] === 0x16
    if (isTls) this.#refused = 'TLS'
    else this.#end('0A000', "Expected PostgreSQL's protocol 3, got something else.")
    this.#client.destroySoon()
  }

  #enter(candidate: Candidate): Place | undefined {
    const { statement, protocol } = candidate
    this.#host.tally.first ??= Date.now()
    this.#reached = this.#host.enter(statement.digest, {
      statement: statement.text,
      protocol,
      session: this.#number,
      backend: this.backend,
      transaction: this.transaction,
      parameters: this.#host.showsParameters ? parametersOf(candidate) : [],
    })
    return this.#reached
  }

  /** What was sent before is answered first: only then nothing of it is still to be done. */
  async #atPlace(step: Step, candidate: Candidate): Promise<void> {
    await this.#answered()
    const isPlace = !this.#conversation.answers.isDeaf && !this.#client.destroyed
    const place = isPlace ? this.#enter(candidate) : undefined
    try {
      if (place) await this.#host.hold(place)
    } catch (error) {
      const message = `What was to be done at place ${place?.number} failed: ${(error as Error).message}`
      this.#host.tally.note(message)
      this.#end('XX000', message)
      this.#server?.destroy()
      return
    }
    this.#pass(step)
  }

  async #answered(): Promise<void> {
    const { answers } = this.#conversation
    if (answers.needsFlush) this.#toServer?.add(FLUSH)
    if (answers.needsFlush) answers.asked('H')
    await this.#toServer?.flush()
    if (this.#isCalm()) return
    await new Promise<void>((resolve) => (this.#onAnswered = resolve))
  }

  #isCalm(): boolean {
    const { isEmpty, isDeaf } = this.#conversation.answers
    return isEmpty || isDeaf || !this.#server?.readable
  }

  #pass({ pieces }: Step): undefined {
    for (const piece of pieces) {
      this.#conversation.sent(piece, this.#reached)
      this.#toServer?.add(piece.bytes)
    }
  }

  #fromServer(chunk: Buffer): Promise<void> | undefined {
    this.#host.tally.received += chunk.length
    for (const piece of this.#serverFramer.pieces(chunk)) {
      this.#toClient.add(this.#isReplication ? piece.bytes : this.#answer(piece))
    }
    if (this.#onAnswered && this.#isCalm()) this.#wake()
    return this.#toClient.flush()
  }

  /** What the client gets of it: the same, but for offers that it could not take. */
  #answer(piece: Piece): Buffer {
    const { type, bytes } = piece
    if (!SERVER_LETTERS.has(type) && piece.begins > 0) this.#noteUnknown(piece)
    this.#conversation.answered(piece)
    this.#counted.count(piece, this.#host.tally)
    if (type === 'K') this.#secret = Buffer.from(bytes.subarray(FIELDS))
    if (type !== 'R') return bytes
    const offer = withoutChannelBinding(bytes)
    if (!offer) return bytes
    if (!offer.isEmpty) return offer.bytes
    const message =
      'Expected a way to log in without channel binding, got none: the wire is not one TLS connection. Allow scram-sha-256.'
    this.#host.tally.note(message)
    this.#server?.destroy()
    return errorResponse('28000', message)
  }

  #noteUnknown({ type }: Piece): void {
    this.#host.tally.note(
      `Session ${this.#number} has a message of an unknown type, ${JSON.stringify(type)}: it passes.`,
    )
  }

  #wake(): void {
    this.#onAnswered?.()
    this.#onAnswered = undefined
  }

  /** Tells the client why it is left. */
  #end(code: string, message: string): void {
    this.#toClient.add(errorResponse(code, message))
    void this.#toClient.flush()
    this.#client.end()
  }

  #clientEnded(): void {
    if (!this.#toServer) {
      // A cancel request may be on its way; it closes the connection itself.
      if (!this.#server) this.#client.end()
      return
    }
    for (const piece of this.#conversation.rest()) this.#toServer.add(piece.bytes)
    const rest = this.#framer.rest()
    if (rest) this.#toServer.add(rest.bytes)
    void this.#toServer.flush()
    this.#server?.end()
  }

  #clientClosed(): void {
    if (this.#refused) {
      this.#host.tally.note(
        `A client left when it was told that the wire is not encrypted (it asked for ${this.#refused}). Connect with sslmode=disable: the wire is on this machine, and encrypts to the server as the target's sslmode says.`,
      )
    }
    this.#wake()
    if (this.#toServer) this.#server?.end()
  }

  #serverEnded(): void {
    const rest = this.#serverFramer.rest()
    if (rest) this.#toClient.add(rest.bytes)
    void this.#toClient.flush()
    this.#client.end()
  }

  #serverClosed(): void {
    this.#wake()
    this.#client.end()
  }
}
