import type { Connection, Submittable } from 'pg'

/** One `COPY … FROM STDIN`, with all that it copies. */
export interface Copy {
  readonly statement: string
  readonly text: Buffer
}

/** The messages CopyData, whose length follows, and CopyDone (https://www.postgresql.org/docs/14/protocol-message-formats.html). */
const COPY_DATA = 0x64
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4])

/**
 * Several COPYs in one simple query, whose data follow at once, without waiting for the server to ask for them: one round
 * trip instead of two for each, and the server never waits for us. Where a COPY fails, the server skips what follows
 * (https://www.postgresql.org/docs/14/protocol-flow.html#PROTOCOL-COPY), the statements after it among them.
 */
export class PipelinedCopies implements Submittable {
  /** How many rows each COPY has added. */
  readonly done: Promise<readonly number[]>
  readonly #text: string
  readonly #copies: readonly Copy[]
  readonly #counts: number[] = []
  #resolve: (counts: readonly number[]) => void = () => {}
  #reject: (error: Error) => void = () => {}

  /** @param before Statements without an answer of interest, which are executed first */
  constructor(before: readonly string[], copies: readonly Copy[]) {
    this.#text = [...before, ...copies.map(({ statement }) => statement)].join(';')
    this.#copies = copies
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  /** The COPY that the server is at; the number of all when it is through. */
  get at(): number {
    return this.#counts.length
  }

  submit(connection: Connection): void {
    const { stream } = connection
    stream.cork()
    connection.query(this.#text)
    for (const { text } of this.#copies) {
      const head = Buffer.alloc(5)
      head[0] = COPY_DATA
      head.writeUInt32BE(text.length + 4, 1)
      stream.write(head)
      stream.write(text)
      stream.write(COPY_DONE)
    }
    stream.uncork()
  }

  handleCopyInResponse(): void {
    // It has what it asks for.
  }

  handleRowDescription(): void {
    // Nobody asks for rows.
  }

  handleDataRow(): void {
    // As above.
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const count = /^COPY (\d+)/.exec(text)?.[1]
    if (count !== undefined) this.#counts.push(Number(count))
  }

  handleError(error: Error): void {
    this.#reject(error)
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#counts)
  }
}
