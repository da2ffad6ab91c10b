/** What a server answers to a message of a client, by the letter of the message. */
type Question = 'startup' | 'Q' | 'F' | 'P' | 'B' | 'D' | 'C' | 'E' | 'S' | 'copy end' | 'forged'

/** A message whose answer is to come, and what it is about. */
interface Expected<Subject> {
  readonly question: Question
  readonly subject: Subject | undefined
  /** What is said in place of the server, when all before it is answered. */
  readonly forged?: readonly Buffer[]
}

/** Messages that end with ReadyForQuery. */
const CYCLES: ReadonlySet<Question> = new Set<Question>(['startup', 'Q', 'F', 'S'])

/** The last message of an answer, by the letter of what is answered. */
export const LAST_ANSWERS: Readonly<Record<string, string>> = {
  P: '1',
  B: '2',
  C: '3',
  D: 'Tn',
  E: 'CsI',
  S: 'Z',
  Q: 'Z',
}

/**
 * Which messages of a client the server has still to answer, in order. After an error it says nothing until Sync
 * ("skips"), and while it takes rows of a COPY, all else is swallowed.
 */
export class ExpectedAnswers<Subject> {
  #queue: Expected<Subject>[] = [{ question: 'startup', subject: undefined }]
  #isSkipping = false
  #isCopying = false
  #isFlushed = true

  /** Whether the server has answered everything. */
  get isEmpty(): boolean {
    return this.#queue.length === 0
  }

  /** Whether what is sent now is not executed: an error came before, or rows are expected. */
  get isDeaf(): boolean {
    return this.#isSkipping || this.#isCopying
  }

  /** Whether the server may keep its answers until a Flush asks for them. */
  get needsFlush(): boolean {
    return !this.#isFlushed && this.#queue.length > 0
  }

  /** What the server's next message is about. */
  get subject(): Subject | undefined {
    return this.#queue[0]?.subject
  }

  asked(letter: string, subject?: Subject): void {
    if (letter === 'c' || letter === 'f') return this.#copyEnds()
    if (this.#isCopying) return
    if (letter === 'H') this.#isFlushed = true
    if (this.#isSkipping && letter !== 'S') return
    if (!isQuestion(letter)) return
    this.#isSkipping = false
    this.#isFlushed = CYCLES.has(letter)
    this.#queue.push({ question: letter, subject })
  }

  /** An answer that does not come from the server. */
  forge(forged: readonly Buffer[]): void {
    if (!this.#isSkipping) this.#queue.push({ question: 'forged', subject: undefined, forged })
  }

  /** The forged answers whose turn it is. Each is taken once. */
  takeForged(): Buffer[] {
    const due: Buffer[] = []
    for (let head = this.#queue[0]; head?.forged; head = this.#queue[0]) {
      due.push(...head.forged)
      this.#drop(1)
    }
    return due
  }

  answered(letter: string): void {
    if (letter === 'Z') return this.#cycleEnds()
    if (letter === 'E') return this.#fails()
    if (letter === 'G' || letter === 'W') return this.#copyBegins()
    const [head] = this.#queue
    if (head && LAST_ANSWERS[head.question]?.includes(letter)) this.#drop(1)
  }

  #cycleEnds(): void {
    this.#isCopying = false
    this.#isSkipping = false
    this.#drop(this.#queue.findIndex(({ question }) => CYCLES.has(question)) + 1)
  }

  #fails(): void {
    const [head] = this.#queue
    this.#isCopying = false
    // The log-in and simple queries go on to ReadyForQuery; an error of nobody's ends the session.
    if (!head || (head.question !== 'S' && CYCLES.has(head.question))) return
    const sync = this.#queue.findIndex(({ question }) => question === 'S')
    this.#isSkipping = sync === -1
    this.#drop(sync === -1 ? this.#queue.length : sync)
  }

  /** A Sync that came before the end of the rows is swallowed by the COPY. The client sends another. */
  #copyBegins(): void {
    const [head, ...others] = this.#queue
    if (!head) return
    const swallowed = others.findIndex(({ question }) => question !== 'S')
    const next = swallowed === -1 ? [] : others.slice(swallowed)
    this.#isCopying = next[0]?.question !== 'copy end'
    this.#queue = [head, ...(this.#isCopying ? next : next.slice(1))]
  }

  #copyEnds(): void {
    if (this.#isCopying) this.#isCopying = false
    else if (this.#queue.length > 0) this.#queue.push({ question: 'copy end', subject: undefined })
  }

  #drop(count: number): void {
    this.#queue.splice(0, count)
    while (this.#queue[0]?.question === 'copy end') this.#queue.shift()
  }
}

const QUESTIONS: ReadonlySet<string> = new Set('QFPBDCES')

function isQuestion(letter: string): letter is Question {
  return QUESTIONS.has(letter)
}
