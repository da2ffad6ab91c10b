import { AnswerLog, type AnswerFacts, type KeptAnswer } from '../damage/answer-log.js'
import { bindValues } from '../protocol/bind-values.js'
import { isHousekeeping } from './housekeeping.js'
import type { Piece } from '../protocol/message-framer.js'
import { FIELDS, zeroEnded } from '../protocol/message-text.js'
import type { Place } from '../place.js'
import { type Received, ReceivedDigest } from './received.js'
import { codeOf } from '../protocol/statement.js'
import type { Treatment } from '../treatment.js'
import { moved } from '../damage/whole-numbers.js'

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
      ...((log ?? inner.onAnswer) && { onAnswer }),
      onTold: (bytes) => watched.digest.add(bytes),
    }
  }

  /** The numbers of a statement's parameters' types, as far as the client has said them. */
  typesOf(code: string): readonly number[] {
    return this.#types.get(code) ?? []
  }

  received(): Received[] {
    return this.#watched.map(({ place, code, digest }) => digest.received(place.id, isHousekeeping(code)))
  }

  statements(): RecordedStatement[] {
    return this.#watched.flatMap(({ place, code, log, bind }) => {
      if (!log) return []
      const numbers = bind ? wholeNumbers(bind, this.typesOf(code)) : []
      const isKept = log.kept() !== undefined
      return [{ place, code, isHousekeeping: isHousekeeping(code), isKept, numbers, ...log.facts() }]
    })
  }

  /** The answers that can be given again, by the place. */
  answers(): ReadonlyMap<string, KeptAnswer> {
    return new Map(
      this.#watched.flatMap(({ place, log }) => {
        const kept = log?.kept()
        return kept ? [[place.id, kept] as const] : []
      }),
    )
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
