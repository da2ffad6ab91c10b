import { firstMessageOf } from './read-message.js'

/** Bytes of a message that are kept together to be looked at: what is beyond passes as it comes. */
export const HEAD_BYTES = 65_536

/** PostgreSQL itself takes no longer ones. */
const LONGEST_FIRST_MESSAGE_BYTES = 10_000
const LONGEST_MESSAGE_BYTES = 0x4000_0000

/** Bytes of one message, or of several in a row that nobody looks at. */
export interface Piece {
  /** The type's letter; `''` for the first messages of a session, which have none, and for what is no message. */
  readonly type: string
  readonly bytes: Buffer
  /** Messages that begin in the bytes. More than one only if the type is not looked at; 0 is the rest of a long one. */
  readonly begins: number
  /** Messages that end in the bytes. */
  readonly ends: number
}

/** Which messages a side sends. */
export interface Framing {
  /** The letters of those that are looked at: their first 64 KiB come in one piece. All others pass as they come. */
  readonly lookedAt: ReadonlySet<string>
  /** Whether the messages before the session begins are among them: those of a client. */
  readonly startsUntyped?: boolean
}

/**
 * Finds the messages in what one side says, wherever it is cut. The pieces, one after the other, are what was said, byte
 * for byte, and share its memory: copied is only what is looked at and comes in several chunks.
 */
export class MessageFramer {
  readonly #lookedAt: ReadonlySet<string>
  #looksAtAll = false
  #untyped: boolean
  /** The beginning of a message of which too little has come. */
  #partial: Buffer[] = []
  #partialLength = 0
  /** What is to come of the message that passes. */
  #left = 0
  #leftType = ''
  #lost = false

  constructor({ lookedAt, startsUntyped = false }: Framing) {
    this.#lookedAt = lookedAt
    this.#untyped = startsUntyped
  }

  /** Whether there was something that is no message: all that follows is one piece a chunk. */
  get isLost(): boolean {
    return this.#lost
  }

  /** From the next message on, each comes in a piece of its own, or again only those that are looked at. */
  lookAtAll(looksAtAll: boolean): void {
    this.#looksAtAll = looksAtAll
  }

  /** The pieces of the next chunk, found one by one. All have to be taken. */
  *pieces(chunk: Buffer): Generator<Piece, void, undefined> {
    let at = 0
    while (at < chunk.length) {
      if (this.#lost) {
        yield { type: '', bytes: chunk.subarray(at), begins: 0, ends: 0 }
        return
      }
      if (this.#partialLength > 0) {
        const taken = this.#complete(chunk, at)
        at += taken.bytes
        if (taken.piece) yield taken.piece
      } else if (this.#left > 0) {
        const end = Math.min(chunk.length, at + this.#left)
        this.#left -= end - at
        yield { type: this.#leftType, bytes: chunk.subarray(at, end), begins: 0, ends: this.#left === 0 ? 1 : 0 }
        at = end
      } else {
        const piece = this.#next(chunk, at)
        at += piece?.bytes.length ?? chunk.length
        if (piece) yield piece
      }
    }
  }

  /** What was kept of a message that does not go on: the other side has ended. */
  rest(): Piece | undefined {
    if (this.#partialLength === 0) return undefined
    const bytes = this.#takePartial()
    return { type: '', bytes, begins: 0, ends: 0 }
  }

  /** The piece that begins at `at`; undefined if there is not enough of it, which is kept then. */
  #next(chunk: Buffer, at: number): Piece | undefined {
    const available = chunk.length - at
    const need = this.#needed(chunk, at, available)
    if (available < need || this.#lost) {
      if (this.#lost) return { type: '', bytes: chunk.subarray(at), begins: 0, ends: 0 }
      this.#keep(chunk.subarray(at))
      return undefined
    }
    return this.#untyped || this.#isLookedAt(chunk, at) ? this.#single(chunk, at, need) : this.#run(chunk, at)
  }

  /** Adds to what was kept; a piece if that is enough. */
  #complete(chunk: Buffer, from: number): { readonly bytes: number; readonly piece?: Piece } {
    let at = from
    for (;;) {
      // Of a long message the parts are joined once: all that is read of it before is in the first 8 bytes.
      const kept = this.#partialLength <= 8 ? this.#joined() : this.#partial[0]!
      const need = this.#needed(kept, 0, this.#partialLength)
      if (this.#lost) return { bytes: at - from, piece: { type: '', bytes: this.#takePartial(), begins: 0, ends: 0 } }
      if (this.#partialLength === need) {
        return { bytes: at - from, piece: this.#single(this.#takePartial(), 0, need) }
      }
      if (at === chunk.length) return { bytes: at - from }
      const end = Math.min(chunk.length, at + need - this.#partialLength)
      this.#keep(chunk.subarray(at, end))
      at = end
    }
  }

  /** Bytes from the beginning of a message that must be there before it is a piece. */
  #needed(bytes: Buffer, at: number, available: number): number {
    if (this.#untyped) {
      if (available < 8) return 8
      const length = bytes.readUInt32BE(at)
      this.#lost = length < 8 || length > LONGEST_FIRST_MESSAGE_BYTES
      return length
    }
    if (available < 5) return 5
    const length = bytes.readUInt32BE(at + 1)
    this.#lost = length < 4 || length > LONGEST_MESSAGE_BYTES
    return this.#isLookedAt(bytes, at) ? Math.min(1 + length, HEAD_BYTES) : 5
  }

  #isLookedAt(bytes: Buffer, at: number): boolean {
    return this.#looksAtAll || this.#lookedAt.has(letter(bytes, at))
  }

  /** One message, or its first `size` bytes. */
  #single(chunk: Buffer, at: number, size: number): Piece {
    const bytes = chunk.subarray(at, at + size)
    if (this.#untyped) {
      const first = firstMessageOf(bytes)
      this.#untyped = first.kind === 'encryption'
      this.#lost = first.kind === 'unknown'
      return { type: '', bytes, begins: 1, ends: 1 }
    }
    this.#left = 1 + bytes.readUInt32BE(1) - size
    this.#leftType = letter(bytes, 0)
    return { type: this.#leftType, bytes, begins: 1, ends: this.#left === 0 ? 1 : 0 }
  }

  /** All messages of one type that follow on one another, to the end of the chunk. */
  #run(chunk: Buffer, from: number): Piece {
    const type = chunk.readUInt8(from)
    let [at, begins, ends] = [from, 0, 0]
    while (at + 5 <= chunk.length && chunk[at] === type && this.#left === 0) {
      const length = chunk.readUInt32BE(at + 1)
      // The next look at it says that it is none.
      if (length < 4 || length > LONGEST_MESSAGE_BYTES) break
      begins += 1
      at += 1 + length
      if (at <= chunk.length) ends += 1
      else this.#left = at - chunk.length
    }
    this.#leftType = letter(chunk, from)
    return { type: this.#leftType, bytes: chunk.subarray(from, Math.min(at, chunk.length)), begins, ends }
  }

  #keep(bytes: Buffer): void {
    this.#partial.push(bytes)
    this.#partialLength += bytes.length
  }

  #joined(): Buffer {
    const joined = Buffer.concat(this.#partial)
    this.#partial = [joined]
    return joined
  }

  #takePartial(): Buffer {
    const bytes = this.#joined()
    this.#partial = []
    this.#partialLength = 0
    return bytes
  }
}

const letters: readonly string[] = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code))

function letter(bytes: Buffer, at: number): string {
  return letters[bytes.readUInt8(at)]!
}
