import type { Socket } from 'node:net'
import { ofClient } from '../protocol/conversation.js'
import { errorResponse } from '../protocol/write-message.js'
import { firstMessageOf } from '../protocol/read-message.js'
import { MessageFramer, type Piece } from '../protocol/message-framer.js'
import { inTurn, pump } from './pump.js'
import type { SessionHost } from './session-host.js'
import type { Farewell } from '../wire.js'
import { WireSession } from './wire-session.js'

/** A connection of a job: what it says before there is a session, and then the session. */
export class WireClient {
  readonly #socket: Socket
  readonly #host: SessionHost
  readonly #framer = new MessageFramer(ofClient)
  #session: WireSession | undefined
  /** The encryption that it asked for, if it has not gone on without. */
  #refused: string | undefined
  #isCancelling = false
  /** Whether it was refused a session; what it says then goes nowhere. */
  #isRefused = false

  constructor(socket: Socket, host: SessionHost) {
    this.#socket = socket
    this.#host = host
    pump(
      socket,
      (chunk) => this.#take(chunk),
      () => this.#ended(),
    )
    socket.on('error', () => {}).on('close', () => this.#closed())
  }

  #take(chunk: Buffer): Promise<void> | undefined {
    this.#host.tally.sent += chunk.length
    const heard = (piece: Piece): Promise<void> | undefined =>
      this.#session ? this.#session.heard(piece) : this.#first(piece)
    return inTurn(this.#framer.pieces(chunk), heard, () => this.#session?.toServer.flush())
  }

  #first(piece: Piece): Promise<void> | undefined {
    if (this.#isRefused) return undefined
    const first = piece.begins > 0 ? firstMessageOf(piece.bytes) : ({ kind: 'unknown' } as const)
    switch (first.kind) {
      case 'encryption':
        this.#refused = first.by
        this.#socket.write('N')
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
    const refusal = this.#host.gate?.()
    if (refusal) return this.#turnAway(refusal)
    const server = await this.#connect()
    if (server) this.#session = new WireSession(this.#socket, server, this.#host, parameters, piece)
  }

  async #cancel(piece: Piece, secret: Buffer): Promise<void> {
    this.#host.tally.cancelRequests += 1
    this.#isCancelling = true
    // One that overtook its statement would have nothing to cancel.
    await this.#host.find(secret)?.released()
    const server = await this.#connect()
    if (!server) return
    server.on('error', () => {}).on('close', () => this.#socket.end())
    server.on('end', () => server.end()).resume()
    server.write(piece.bytes)
  }

  /** A socket to the server; without one the client receives the reason. */
  async #connect(): Promise<Socket | undefined> {
    try {
      const server = await this.#host.connect()
      if (!this.#socket.destroyed) return server
      server.destroy()
    } catch (error) {
      const { message } = error as Error
      this.#host.tally.note(message)
      this.#turnAway({ code: '08001', message })
    }
    return undefined
  }

  #turnAway(farewell: Farewell): void {
    this.#isRefused = true
    this.#socket.end(errorResponse(farewell))
  }

  /** Nothing of the protocol: a client that begins with TLS at once, or something else altogether. */
  #refuse({ bytes }: Piece): undefined {
    if (bytes[0] === TLS_HANDSHAKE) this.#refused = 'TLS'
    else
      this.#socket.write(
        errorResponse({ code: '0A000', message: "Expected PostgreSQL's protocol 3, got something else." }),
      )
    this.#socket.destroySoon()
  }

  #ended(): void {
    // The answer to a cancel request is the end of the connection.
    if (this.#session) this.#session.clientEnded(this.#framer.rest())
    else if (!this.#isCancelling) this.#socket.end()
  }

  #closed(): void {
    this.#session?.clientClosed()
    if (!this.#refused) return
    this.#host.tally.note(
      `A client left when it was told that the wire is not encrypted (it asked for ${this.#refused}). Connect with ` +
        "sslmode=disable: the wire is on this machine, and encrypts to the server as the target's sslmode says.",
    )
  }
}

const TLS_HANDSHAKE = 0x16
