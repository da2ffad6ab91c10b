import { AnswerLog, type AnswerFacts, type KeptAnswer } from '../damage/answer-log.js'
import { bindValues, FIELDS, moved, textAt, zeroEnded } from '../protocol/read-message.js'
import { isHousekeeping, codeOf } from '../protocol/statement.js'
import { type Piece, MessageFramer } from '../protocol/message-framer.js'
import type { Place, Treatment } from '../place.js'
import { createHash, type Hash } from 'node:crypto'

/** One statement of a conversation, and how it was answered. */
export interface RecordedStatement extends AnswerFacts {
  readonly place: Place
  /** Its text without comments before it, as far as it is read. */
  readonly code: string
  readonly isHousekeeping: boolean
  /** Whether its answer can be given again. */
  readonly isKept: boolean
  /** Parameters, from 1, that are whole numbers, with their values if these came as text. */
  readonly numbers: readonly { readonly parameter: number; readonly value: string }[]
}

interface Watched {
  readonly place: Place
  readonly code: string
  readonly digest: ReceivedDigest
  readonly log: AnswerLog | undefined
  bind: Buffer | undefined
}

/** What is said in one conversation: what the client receives at each place, and, if it is recorded, all that is needed to damage it. */
export class Watch {
  readonly #isRecording: boolean
  readonly #watched: Watched[] = []
  /** The numbers of the parameters' types, by the text of the statement. */
  readonly #types: Map<string, readonly number[]>

  /** @param types Known from conversations before: a statement may be prepared once for all */
  constructor(isRecording: boolean, types: Map<string, readonly number[]> = new Map()) {
    this.#isRecording = isRecording
    this.#types = types
  }

  /** Watches a statement to which `inner` is done. */
  around(place: Place, code: string, inner: Treatment = {}): Treatment {
    const log = this.#isRecording ? new AnswerLog() : undefined
    const watched: Watched = { place, code, digest: new ReceivedDigest(), log, bind: undefined }
    this.#watched.push(watched)
    const onAnswer: Treatment['onAnswer'] = (piece, isLast) => {
      log?.answered(piece)
      return inner.onAnswer?.(piece, isLast)
    }
    return {
      onMessage: (piece) => {
        this.#look(piece, watched)
        return inner.onMessage?.(piece)
      },
      // Without one, the server's messages need not come one by one.
      onAnswer: log || inner.onAnswer ? onAnswer : undefined,
      onTold: (bytes) => watched.digest.add(bytes),
    }
  }

  received(): Received[] {
    return this.#watched.map(({ place, code, digest }) => digest.received(place.id, isHousekeeping(code)))
  }

  statements(): RecordedStatement[] {
    return this.#watched.flatMap(({ place, code, log, bind }) => {
      if (!log) return []
      const numbers = bind ? wholeNumbers(bind, this.#types.get(code) ?? []) : []
      const isKept = log.kept() !== undefined
      return [{ place, code, isHousekeeping: isHousekeeping(code), isKept, numbers, ...log.facts }]
    })
  }

  /** The answers that can be given again, by the place. */
  answers(): ReadonlyMap<string, KeptAnswer> {
    const kept = new Map<string, KeptAnswer>()
    for (const { place, log } of this.#watched) {
      const answer = log?.kept()
      if (answer) kept.set(place.id, answer)
    }
    return kept
  }

  #look(piece: Piece, watched: Watched): void {
    const { type, bytes, begins, ends } = piece
    watched.log?.sent(piece)
    if (begins === 0 || ends === 0) return
    if (type === 'B') watched.bind ??= Buffer.from(bytes)
    if (type === 'P') this.#learn(bytes)
  }

  /** A client may say of which types its parameters are; those that are binary cannot be read without. */
  #learn(parse: Buffer): void {
    const text = zeroEnded(parse, zeroEnded(parse, FIELDS).end)
    const count = text.end + 2 <= parse.length ? parse.readUInt16BE(text.end) : 0
    if (count === 0) return
    const types = Array.from({ length: count }, (_, index) => parse.readUInt32BE(text.end + 2 + 4 * index))
    this.#types.set(codeOf(text.bytes), types)
  }
}

function wholeNumbers(bind: Buffer, types: readonly number[]): RecordedStatement['numbers'] {
  return bindValues(bind).flatMap((value, index) => {
    const isNumber = moved(value, types[index], 0) !== undefined
    const shown = value.isBinary ? '' : (value.bytes?.toString('latin1') ?? '')
    return isNumber ? [{ parameter: index + 1, value: shown }] : []
  })
}

/** What a client received at one place, in short. */
export interface Received {
  /** Its `id`. */
  readonly place: string
  readonly isHousekeeping: boolean
  /** The same for the same bytes of rows, counts, errors and states. */
  readonly digest: string
  /** Kinds and counts only. */
  readonly outline: string
  /** SQLSTATEs. */
  readonly errors: readonly string[]
}

/** What says the same whether a statement is prepared now or was before, and what comes at any time. */
const IGNORED: ReadonlySet<string> = new Set('123tTnSKRNA')

class ReceivedDigest {
  readonly #framer = new MessageFramer({ lookedAt: new Set('CEZ') })
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
    const text = type === 'C' ? textAt(bytes, FIELDS) : ''
    this.#outline.push(`${type}${text}`)
    if (type === 'E') this.#errors.push(/\0C([0-9A-Z]{5})\0/.exec(bytes.toString('latin1', FIELDS))?.[1] ?? '')
  }

  #endRows(): void {
    if (this.#rows > 0) this.#outline.push(`${this.#rows} rows`)
    this.#rows = 0
  }
}
