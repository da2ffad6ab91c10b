import type { Socket } from 'node:net'
import { Client } from 'pg'
import type { ConnectionOptions } from '../../../src/database/connection/connection.js'
import * as wire from './messages.js'

/** A session of which the test writes and reads the bytes, once `pg` has logged in. */
export class RawSession implements AsyncDisposable {
  readonly #socket: Socket
  readonly backend: number
  readonly key: number
  #partial: Buffer[] = []
  #messages: Buffer[] = []
  #onData: () => void = () => {}
  isOver = false

  private constructor(socket: Socket, backend: number, key: number) {
    this.#socket = socket
    this.backend = backend
    this.key = key
    const over = (): void => {
      this.isOver = true
      this.#onData()
    }
    socket.on('data', (chunk: Buffer) => {
      this.#take(chunk)
      this.#onData()
    })
    socket.on('end', over).on('close', over)
  }

  static async open({ host, port, database, user, password }: ConnectionOptions): Promise<RawSession> {
    const client = new Client({ host, port, database, user, password, ssl: false })
    client.on('error', () => {})
    await client.connect()
    const { connection, processID, secretKey } = client as Client & { processID: number; secretKey: number }
    const socket = connection.stream as Socket
    socket.removeAllListeners('data').removeAllListeners('end').removeAllListeners('close')
    return new RawSession(socket, processID, secretKey)
  }

  /** Sends messages at once, or chunk by chunk, each as a packet of its own. */
  async send(...chunks: readonly Buffer[]): Promise<void> {
    for (const chunk of chunks) {
      await new Promise<void>((resolve) => this.#socket.write(chunk, () => resolve()))
    }
  }

  /** Ends what the client says; it still listens. */
  end(): void {
    this.#socket.end()
  }

  /** No more is taken from the connection. */
  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** What the server says up to a message of which `is` is true, all of it taken away. */
  async until(is: (type: string) => boolean): Promise<Buffer> {
    const taken: Buffer[] = []
    for (;;) {
      for (let next = this.#messages.shift(); next; next = this.#messages.shift()) {
        taken.push(next)
        if (is(String.fromCharCode(next[0]!))) return Buffer.concat(taken)
      }
      if (this.isOver) throw new Error('The session is over.')
      await new Promise<void>((resolve) => (this.#onData = resolve))
    }
  }

  /** What the server says up to the n-th ReadyForQuery. */
  ready(count = 1): Promise<Buffer> {
    let seen = 0
    return this.until((type) => type === 'Z' && (seen += 1) === count)
  }

  /** Sends messages, and gives what the server says up to ReadyForQuery. */
  async ask(...messages: readonly Buffer[]): Promise<Buffer> {
    await this.send(Buffer.concat(messages))
    return this.ready()
  }

  async over(): Promise<void> {
    while (!this.isOver) await new Promise<void>((resolve) => (this.#onData = resolve))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isOver) this.#socket.end(wire.terminate)
    await this.over()
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#partial.push(chunk)
    const bytes = Buffer.concat(this.#partial)
    let at = 0
    while (at + 5 <= bytes.length && at + 1 + bytes.readInt32BE(at + 1) <= bytes.length) {
      const end = at + 1 + bytes.readInt32BE(at + 1)
      this.#messages.push(bytes.subarray(at, end))
      at = end
    }
    this.#partial = [bytes.subarray(at)]
  }
}
