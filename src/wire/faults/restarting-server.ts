import { performance } from 'node:perf_hooks'
import type { Farewell } from '../wire.js'

/** The error of sessions that end because the server does. */
export const SHUT_DOWN: Farewell = {
  code: '57P01',
  message: 'terminating connection due to administrator command',
}

const STARTING: Farewell = { code: '57P03', message: 'the database system is starting up' }

/** A server that was shut down and starts again: the first who comes is refused, and all who come so many milliseconds after him. */
export class RestartingServer {
  readonly #restartFor: number
  #first: number | undefined

  constructor(restartFor: number) {
    this.#restartFor = restartFor
  }

  refusal(): Farewell | undefined {
    const now = performance.now()
    const isFirst = this.#first === undefined
    this.#first ??= now
    return isFirst || now - this.#first < this.#restartFor ? STARTING : undefined
  }
}
