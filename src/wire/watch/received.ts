import { createHash, type Hash } from 'node:crypto'
import { MessageFramer, type Piece } from '../protocol/message-framer.js'
import { FIELDS, zeroEnded } from '../protocol/message-text.js'

/** What a client received at one place, in short. */
export interface Received {
  /** The `id` of the place. */
  readonly place: string
  readonly isHousekeeping: boolean
  /** The same for the same bytes of rows, counts, errors and states. */
  readonly digest: string
  /** Kinds and counts only. */
  readonly outline: string
  /** SQLSTATEs of errors. */
  readonly errors: readonly string[]
}

/** What says the same whether a statement is prepared now or was before, and what comes at any time. */
const IGNORED: ReadonlySet<string> = new Set('123tTnSKRNA')

const framing = { lookedAt: new Set('CEZ') }

/** Digests what a client receives. */
export class ReceivedDigest {
  readonly #framer = new MessageFramer(framing)
  readonly #hash: Hash = createHash('sha1')
  readonly #outline: string[] = []
  readonly #errors: string[] = []
  #rows = 0

  add(bytes: Buffer): void {
    for (const piece of this.#framer.pieces(bytes)) this.#look(piece)
  }

  received(place: string, isHousekeeping: boolean): Received {
    this.#endRows()
    return {
      place,
      isHousekeeping,
      digest: this.#hash.copy().digest('base64'),
      outline: this.#outline.join(' '),
      errors: this.#errors,
    }
  }

  #look({ type, bytes, begins }: Piece): void {
    if (IGNORED.has(type)) return
    this.#hash.update(bytes)
    if (type === 'D' || type === 'd') {
      this.#rows += begins
      return
    }
    this.#endRows()
    if (begins === 0) return
    const text = type === 'C' ? zeroEnded(bytes, FIELDS).bytes.toString('latin1') : ''
    this.#outline.push(`${type}${text}`)
    if (type === 'E') this.#errors.push(/\0C([0-9A-Z]{5})\0/.exec(bytes.toString('latin1', FIELDS))?.[1] ?? '')
  }

  #endRows(): void {
    if (this.#rows > 0) this.#outline.push(`${this.#rows} rows`)
    this.#rows = 0
  }
}
