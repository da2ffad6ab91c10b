import type { Piece } from '../protocol/message-framer.js'
import { FIELDS, textAt } from '../protocol/read-message.js'
import { noData } from '../protocol/write-message.js'

/** What is kept of an answer so that it can be given again; of a longer one it is not kept. */
const MOST_BYTES = 1_048_576

/** An answer that can be given again without the server. */
export interface KeptAnswer {
  /** To a query of the simple protocol, ReadyForQuery among it. */
  readonly query: readonly Buffer[]
  /** To the Describe of a portal. */
  readonly describe: readonly Buffer[]
  /** To each Execute. */
  readonly executes: readonly (readonly Buffer[])[]
}

/** How a statement was answered. */
export interface AnswerFacts {
  /** The tags of CommandComplete, such as `INSERT 0 5`. */
  readonly tags: string[]
  /** Rows, or those of a COPY TO as text. */
  readonly rows: number
  readonly hasError: boolean
  /** How often it was executed; a portal whose rows are fetched in parts, several times. */
  readonly executes: number
  readonly isSuspended: boolean
  readonly copies: 'in' | 'out' | undefined
  /** The letter of the last ReadyForQuery; undefined if none came before the next statement. */
  readonly status: string | undefined
}

export class AnswerLog {
  readonly facts: { -readonly [Name in keyof AnswerFacts]: AnswerFacts[Name] } = {
    tags: [],
    rows: 0,
    hasError: false,
    executes: 0,
    isSuspended: false,
    copies: undefined,
    status: undefined,
  }
  #isText = false
  #isSimple = false
  #bytes = 0
  #group: Buffer[] = []
  #query: Buffer[] = []
  #describe: Buffer[] = [noData]
  readonly #executed: Buffer[][] = []

  sent({ type, begins }: Piece): void {
    if (begins > 0 && (type === 'Q' || type === 'F')) this.#isSimple = true
    if (begins > 0 && type === 'E') this.facts.executes += 1
  }

  answered(piece: Piece): void {
    const { type, bytes, begins } = piece
    if (type === 'S' || type === 'A') return
    this.#keep(piece)
    if (begins === 0) return
    switch (type) {
      case 'D':
        this.facts.rows += 1
        break
      case 'd':
        if (this.#isText) this.facts.rows += 1
        break
      case 'C':
        this.facts.tags.push(textAt(bytes, FIELDS))
        break
      case 's':
        this.facts.isSuspended = true
        break
      case 'E':
        this.facts.hasError = true
        break
      case 'G':
      case 'H':
        this.facts.copies = type === 'G' ? 'in' : 'out'
        this.#isText = type === 'H' && bytes[FIELDS] === 0
        break
      case 'Z':
        this.facts.status = String.fromCharCode(bytes.readUInt8(FIELDS))
        break
    }
  }

  /** Undefined where it was too long, or an answer that cannot be given again. */
  kept(): KeptAnswer | undefined {
    if (this.#bytes > MOST_BYTES || this.facts.hasError || (this.facts.copies === 'in' && !this.#isSimple))
      return undefined
    return { query: this.#query, describe: this.#describe, executes: this.#executed }
  }

  #keep({ type, bytes }: Piece): void {
    this.#bytes += bytes.length
    if (this.#bytes > MOST_BYTES) {
      this.#group = this.#query = []
      return
    }
    this.#group.push(Buffer.from(bytes))
    if (this.#isSimple) this.#query = this.#group
    else if ('123TnCsIZ'.includes(type)) this.#endGroup(type)
  }

  #endGroup(type: string): void {
    const group = this.#group
    this.#group = []
    // A description of a statement has its parameters before it.
    if (type === 'T' || type === 'n')
      this.#describe = group[0]?.toString('latin1', 0, 1) === 't' ? this.#describe : group
    if (type === 'C' || type === 's' || type === 'I') this.#executed.push(group)
  }
}
