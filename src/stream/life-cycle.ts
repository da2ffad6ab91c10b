import { StateError } from '../errors.js'
import type { CdcSummary, StreamState } from './cdc-stream.js'

interface AtEnd {
  /** Called first, in either case. */
  readonly release: () => void
  /** Called where no error has ended the stream. */
  readonly summarize: () => CdcSummary
}

/** Where a run of a stream is in its life, and how it ended. */
export class LifeCycle {
  /** Its rejection is handled. */
  readonly finished: Promise<CdcSummary>
  readonly #atEnd: AtEnd
  #finish: { resolve: (summary: CdcSummary) => void; reject: (error: Error) => void } | undefined
  readonly #ending = new AbortController()
  #state: StreamState = 'idle'
  #error: Error | undefined

  constructor(atEnd: AtEnd) {
    this.#atEnd = atEnd
    this.finished = new Promise((resolve, reject) => (this.#finish = { resolve, reject }))
    this.finished.catch(() => {})
  }

  get state(): StreamState {
    return this.#state
  }

  /** Aborted when the stream ends. */
  get ended(): AbortSignal {
    return this.#ending.signal
  }

  goOnAs(state: 'running' | 'paused'): void {
    this.#state = state
  }

  /** Ends the stream. Does nothing where it has ended before. */
  end(error?: Error): void {
    if (this.#state === 'stopped' || this.#state === 'failed') return
    this.#error = error
    this.#state = error ? 'failed' : 'stopped'
    this.#atEnd.release()
    this.#ending.abort(error ?? new StateError('Expected a stream that goes on, got its end.'))
    if (error) this.#finish?.reject(error)
    else this.#finish?.resolve(this.#atEnd.summarize())
  }

  /** @throws the error that ended the stream, or StateError */
  expect(method: string, ...states: StreamState[]): void {
    if (states.includes(this.#state)) return
    this.rethrow()
    throw new StateError(
      `Expected \`${method}()\` on a stream that is ${states.join(' or ')}, got one that is ${this.#state}.`,
    )
  }

  /** @throws the error that ended the stream, if one did */
  rethrow(): void {
    if (this.#error) throw this.#error
  }
}
