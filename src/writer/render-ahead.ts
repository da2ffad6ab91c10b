import type { Batch, Run } from '../plan/batch.js'
import type { RunWriter } from '../database/client.js'

/**
 * Renders the batch that comes next while the server is at work on the one before, so that neither waits for the other.
 * What fails here fails again, and is told, when that batch is written.
 */
export class RenderAhead {
  readonly #upcoming: () => Batch | undefined
  readonly #writer: RunWriter
  #runs: Run[] | undefined

  constructor(upcoming: () => Batch | undefined, writer: RunWriter) {
    this.#upcoming = upcoming
    this.#writer = writer
  }

  /** Plans the batch, unless that is done, and renders one run of it. */
  readonly one = (): void => {
    try {
      this.#runs ??= [...(this.#upcoming()?.runs ?? [])]
      const run = this.#runs.shift()
      if (run) this.#writer.prepare(run)
    } catch {
      this.#runs = []
    }
  }

  rest(): void {
    do this.one()
    while (this.#runs!.length > 0)
  }
}
