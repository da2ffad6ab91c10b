const SENT = 0
const ACKNOWLEDGED = 1

/**
 * How far a stream is, readable from every thread without a message: commits whose COMMIT was sent, and commits that
 * the database has acknowledged.
 */
export class Counters {
  readonly #values: Int32Array

  constructor(buffer: SharedArrayBuffer) {
    this.#values = new Int32Array(buffer)
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)
  }

  get sent(): number {
    return Atomics.load(this.#values, SENT)
  }

  set sent(commit: number) {
    Atomics.store(this.#values, SENT, commit)
  }

  get acknowledged(): number {
    return Atomics.load(this.#values, ACKNOWLEDGED)
  }

  set acknowledged(commit: number) {
    Atomics.store(this.#values, ACKNOWLEDGED, commit)
  }
}
