import type { Socket } from 'node:net'
import { type Candidate, Conversation, type Step } from '../protocol/conversation.js'
import { shownParameters } from '../protocol/read-message.js'
import type { MessageFramer, Piece } from '../protocol/message-framer.js'
import { flush } from '../protocol/write-message.js'
import type { Place, Treatment } from '../place.js'
import type { Outbox } from './outbox.js'
import type { SessionHost } from './session-host.js'

/** A statement that was reached, and what is done to it. */
interface Reached {
  readonly place: Place
  readonly treatment?: Treatment
}

/** The two sides of a session. */
export interface Sides {
  readonly number: number
  readonly backend: number
  readonly client: Socket
  readonly server: Socket
  readonly toClient: Outbox
  readonly toServer: Outbox
  /** Whether nothing more is said to either side. */
  readonly isHungUp: boolean
  readonly serverFramer: MessageFramer
  /** Ends the session with an error that the client receives. */
  leave(code: string, message: string): undefined
}

/** Of no statement: Flush, Sync, Terminate. */
const CONTROL = new Set('HSX')

/** The conversation of a session: it is held at its places, and treatments change its statements and their answers. */
export class HeldConversation {
  readonly #host: SessionHost
  readonly #sides: Sides
  readonly #conversation: Conversation<Reached>
  #held: Promise<void> | undefined
  /** The last statement that was reached: what is sent until the next one is of it. */
  #reached: Reached | undefined
  /** Whether the message that goes on was replaced: the rest of it goes nowhere. */
  #isReplaced = false
  #onAnswered: (() => void) | undefined

  /** @param defaultIsolation That of the session's transactions that name none */
  constructor(host: SessionHost, sides: Sides, defaultIsolation: string | undefined) {
    this.#host = host
    this.#sides = sides
    this.#conversation = new Conversation({ defaultIsolation, schema: host.schema })
  }

  get transaction(): Place['transaction'] {
    return this.#conversation.transaction
  }

  /** The place that is held, or whose statement the server has still to answer. */
  get place(): Place | undefined {
    return (this.#held ? this.#reached : this.#conversation.answers.subject)?.place
  }

  /** Whether nothing of what was sent is still to be done. */
  get isCalm(): boolean {
    const { isEmpty, isDeaf } = this.#conversation.answers
    return isEmpty || isDeaf || !this.#sides.server.readable
  }

  async released(): Promise<void> {
    await this.#held
  }

  /** A message of the client. A promise while it is held. */
  heard(piece: Piece): Promise<void> | undefined {
    const step = this.#conversation.heard(piece)
    if (!step) return undefined
    if (!step.candidate || this.#conversation.answers.isDeaf) return this.#pass(step)
    if (!this.#host.hook) {
      this.#reach(step.candidate)
      return this.#pass(step)
    }
    this.#held = this.#atPlace(step, step.candidate).finally(() => (this.#held = undefined))
    return this.#held
  }

  /** What still waits for the message behind it when the client has ended. */
  rest(): readonly Piece[] {
    return this.#conversation.rest()
  }

  /**
   * A message of the server. A promise while a treatment keeps it back.
   *
   * @param bytes What the client gets of it, unless it is treated
   */
  answered(piece: Piece, bytes: Buffer): Promise<void> | undefined {
    const { answers } = this.#conversation
    const treatment = answers.subject?.treatment
    this.#conversation.answered(piece)
    const answer = treatment?.onAnswer?.(piece, answers.isEmpty) ?? [bytes]
    if (answer instanceof Promise) return answer.then((late) => this.#say(late))
    return this.#say(answer)
  }

  /** Lets go on what waits for answers, as none is to come. */
  wake(): void {
    this.#onAnswered?.()
    this.#onAnswered = undefined
  }

  #reach(candidate: Candidate): Place | undefined {
    const { statement, protocol, bind } = candidate
    const { number: session, backend } = this.#sides
    this.#host.tally.first ??= Date.now()
    const place = this.#host.tally.enter(statement.digest, {
      statement: statement.text,
      protocol,
      session,
      backend,
      transaction: this.transaction,
      parameters: this.#host.showsParameters && bind ? shownParameters(bind) : [],
    })
    this.#reached = place && { place }
    return place
  }

  /** What was sent before is answered first: only then nothing of it is still to be done. */
  async #atPlace(step: Step, candidate: Candidate): Promise<void> {
    await this.#allAnswered()
    const { client, server } = this.#sides
    const isPlace = !this.#conversation.answers.isDeaf && server.readable && !client.destroyed
    const place = isPlace ? this.#reach(candidate) : undefined
    if (place) {
      try {
        const treatment = await this.#host.hold(place, candidate.statement.code)
        if (treatment) this.#reached = { place, treatment }
      } catch (error) {
        const { message } = error as Error
        return this.#sides.leave('XX000', `What was to be done at place ${place.number} failed: ${message}`)
      }
    }
    this.#sides.serverFramer.lookAtAll(this.#reached?.treatment?.onAnswer !== undefined)
    this.#pass(step)
  }

  async #allAnswered(): Promise<void> {
    const { answers } = this.#conversation
    const { toServer } = this.#sides
    if (answers.needsFlush) {
      answers.asked('H')
      toServer.add(flush)
    }
    await toServer.flush()
    if (this.isCalm) return
    await new Promise<void>((resolve) => (this.#onAnswered = resolve))
  }

  #pass({ pieces }: Step): undefined {
    for (const piece of pieces) {
      if (piece.begins > 0) this.#isReplaced = this.#replace(piece)
      if (this.#isReplaced) continue
      this.#conversation.sent(piece, this.#reached)
      this.#sides.toServer.add(piece.bytes)
    }
  }

  /** Whether something else went in place of the message. */
  #replace(piece: Piece): boolean {
    const { answers } = this.#conversation
    const treatment = this.#reached?.treatment
    const other = CONTROL.has(piece.type) || answers.isDeaf ? undefined : treatment?.onMessage?.(piece)
    if (!other) return false
    for (const bytes of other.send) {
      const type = bytes.toString('latin1', 0, 1)
      this.#conversation.sent({ type, bytes, begins: 1, ends: 1 }, this.#reached)
      this.#sides.toServer.add(bytes)
    }
    if (other.answer) answers.forge(other.answer)
    this.#deliver(answers.takeForged())
    void this.#sides.toClient.flush()
    return true
  }

  #say(answer: readonly Buffer[]): undefined {
    if (this.#sides.isHungUp) return
    this.#deliver([...answer, ...this.#conversation.answers.takeForged()])
  }

  #deliver(messages: readonly Buffer[]): void {
    for (const bytes of messages) {
      this.#reached?.treatment?.onTold?.(bytes)
      this.#sides.toClient.add(bytes)
    }
  }
}
