import type { Socket } from 'node:net'

/** Bytes that may wait for the other side; while there are more, nothing is read of what would add to them. */
const MOST_UNSENT_BYTES = 1_048_576

/** What is on its way to a socket. Pieces that lie side by side in memory go out as one. */
export class Outbox {
  readonly #socket: Socket
  #pieces: Buffer[] = []

  constructor(socket: Socket) {
    this.#socket = socket
  }

  add(bytes: Buffer): void {
    const last = this.#pieces.at(-1)
    if (last?.buffer === bytes.buffer && last.byteOffset + last.length === bytes.byteOffset) {
      this.#pieces[this.#pieces.length - 1] = Buffer.from(last.buffer, last.byteOffset, last.length + bytes.length)
    } else {
      this.#pieces.push(bytes)
    }
  }

  /** Sends all. A promise if the other side has to take some first. For one that is gone it is lost. */
  flush(): Promise<void> | undefined {
    const pieces = this.#pieces
    if (pieces.length === 0) return undefined
    this.#pieces = []
    if (!this.#socket.writable) return undefined
    this.#socket.cork()
    for (const piece of pieces) this.#socket.write(piece)
    this.#socket.uncork()
    return this.#socket.writableLength > MOST_UNSENT_BYTES ? drained(this.#socket) : undefined
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done)
      resolve()
    }
    socket.on('drain', done).on('close', done)
  })
}
