import type { Socket } from 'node:net'
import { ofServer } from '../protocol/conversation.js'
import { MessageFramer, type Piece } from '../protocol/message-framer.js'
import { errorResponse } from '../protocol/write-message.js'
import type { Place } from '../place.js'
import type { Farewell } from '../wire.js'
import { HeldConversation, type Sides } from './held-conversation.js'
import { LogIn } from './log-in.js'
import { Outbox } from './outbox.js'
import { inTurn, pump } from './pump.js'
import type { OpenSession, SessionHost } from './session-host.js'
import { AnswerTally } from './wire-tally.js'

const CLIENT_LETTERS = new Set('QPBDECFHSXcfdp')
const SERVER_LETTERS = new Set('RKSZCEDTtnNAIs123GHWdcVv')

/** Milliseconds for a backend to end that was cancelled. One that does not is left to itself. */
const BACKEND_ENDS_MILLISECONDS = 10_000

/** What passes between a client that has begun a session, and the server. */
export class WireSession implements OpenSession, Sides {
  readonly number: number
  readonly client: Socket
  readonly server: Socket
  readonly toClient: Outbox
  readonly toServer: Outbox
  readonly #host: SessionHost
  readonly serverFramer: MessageFramer = new MessageFramer(ofServer)
  readonly #conversation: HeldConversation
  readonly #counted = new AnswerTally()
  readonly #logIn = new LogIn()
  readonly #isReplication: boolean
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
    this.client = client
    this.server = server
    this.#host = host
    this.toClient = new Outbox(client)
    this.toServer = new Outbox(server)
    this.number = host.begun(this)
    this.#conversation = new HeldConversation(host, this, defaultIsolation(parameters))
    this.#isReplication = !/^(?:false|off|no|0)$/i.test(parameters.get('replication') ?? 'off')
    if (this.#isReplication) {
      host.tally.note(`Session ${this.number} is one of replication: it passes unseen, and has no places.`)
    }
    pump(
      server,
      (chunk) => this.#fromServer(chunk),
      () => this.#serverEnded(),
    )
    server.on('error', () => {}).on('close', () => this.#serverClosed())
    this.toServer.add(startup.bytes)
  }

  get backend(): number {
    return this.#logIn.backend
  }

  get isHungUp(): boolean {
    return this.#hungUp !== undefined
  }

  get transaction(): Place['transaction'] {
    return this.#conversation.transaction
  }

  get place(): Place | undefined {
    return this.#conversation.place
  }

  get secret(): Buffer | undefined {
    return this.#logIn.secret
  }

  released(): Promise<void> {
    return this.#conversation.released()
  }

  cut(farewell?: Farewell): void {
    if (farewell) this.#endClient(errorResponse(farewell))
    else this.client.destroy()
    this.server.destroy()
  }

  hangUp(): Promise<void> {
    return (this.#hungUp ??= this.#endAtServer())
  }

  /** The client has said something. A promise while it is held. */
  heard(piece: Piece): Promise<void> | undefined {
    if (this.isHungUp) return undefined
    if (this.#isReplication) {
      this.toServer.add(piece.bytes)
      return undefined
    }
    if (!CLIENT_LETTERS.has(piece.type)) this.#noteUnknown(piece)
    this.#logIn.heard(piece)
    return this.#conversation.heard(piece)
  }

  clientEnded(rest: Piece | undefined): void {
    if (this.isHungUp) return
    for (const { bytes } of [...this.#conversation.rest(), ...(rest ? [rest] : [])]) this.toServer.add(bytes)
    void this.toServer.flush()
    this.server.end()
  }

  clientClosed(): void {
    if (this.#logIn.isAsked) {
      this.#host.tally.note(
        'A client left when it was asked for a password. It has none, or insists on channel binding, which needs an encrypted ' +
          'connection: allow it to log in without (libpq: channel_binding=prefer).',
      )
    }
    this.#host.ended(this)
    this.#conversation.wake()
    this.server.end()
  }

  leave(code: string, message: string): undefined {
    this.#host.tally.note(message)
    this.#endClient(errorResponse({ code, message }))
    this.server.destroy()
  }

  #fromServer(chunk: Buffer): Promise<void> | undefined {
    if (this.isHungUp) return undefined
    this.#host.tally.received += chunk.length
    const refusal = this.#logIn.heardServer(chunk)
    if (refusal) return this.leave(...refusal)
    return inTurn(
      this.serverFramer.pieces(chunk),
      (piece) => this.#answer(piece),
      () => {
        if (this.#conversation.isCalm) this.#conversation.wake()
        return this.toClient.flush()
      },
    )
  }

  #answer(piece: Piece): Promise<void> | undefined {
    if (this.#isReplication) {
      if (!this.isHungUp) this.toClient.add(piece.bytes)
      return undefined
    }
    if (!SERVER_LETTERS.has(piece.type)) this.#noteUnknown(piece)
    this.#counted.count(piece, this.#host.tally)
    const { bytes, refusal } = this.#logIn.answered(piece)
    if (refusal) this.leave(...refusal)
    return this.#conversation.answered(piece, bytes)
  }

  #noteUnknown({ type }: Piece): void {
    const what = type === '' ? 'what is no message' : `a message of an unknown type, ${JSON.stringify(type)}`
    this.#host.tally.note(`Session ${this.number} has ${what}: it passes unseen.`)
  }

  #endClient(last?: Buffer): void {
    if (last) this.toClient.add(last)
    void this.toClient.flush()
    this.client.end()
  }

  async #endAtServer(): Promise<void> {
    const gone = new Promise<void>((resolve) => {
      if (this.server.closed) resolve()
      else this.server.on('close', () => resolve())
    })
    // A backend that works does not see that its client is gone.
    if (this.secret && !this.#conversation.isCalm) await this.#host.cancelBackend(this.secret)
    const expire = setTimeout(() => this.server.destroy(), BACKEND_ENDS_MILLISECONDS)
    this.server.end().resume()
    await gone
    clearTimeout(expire)
  }

  #serverEnded(): void {
    if (!this.isHungUp) this.#endClient(this.serverFramer.rest()?.bytes)
  }

  #serverClosed(): void {
    this.#conversation.wake()
    if (this.isHungUp) return
    this.#host.ended(this)
    this.client.end()
  }
}

/** The isolation that a client sets for its session as it begins. */
function defaultIsolation(parameters: ReadonlyMap<string, string>): string | undefined {
  const options = /default_transaction_isolation=(\S+)/.exec(parameters.get('options') ?? '')
  return parameters.get('default_transaction_isolation') ?? options?.[1]
}
