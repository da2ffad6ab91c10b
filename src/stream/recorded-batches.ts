import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { OptionsError } from '../errors.js'
import type { Batch } from '../plan/batch.js'
import type { BatchSource } from '../plan/batch-source.js'
import type { PlanInput } from '../plan/plan-input.js'
import { scriptHeader, scriptRuns } from '../plan/script-of.js'

/**
 * Writes down every batch before it is handed on, so that the file holds whatever the database may hold: lines of JSON,
 * the first with all but the batches. Synchronous, because a batch must not be sent before its line is on the disk.
 */
export class RecordedBatches implements BatchSource {
  readonly #source: BatchSource
  readonly #input: PlanInput
  #file: number | undefined

  /** @throws OptionsError when the file is there already, or cannot be written */
  constructor(source: BatchSource, input: PlanInput, path: string) {
    this.#source = source
    this.#input = input
    try {
      this.#file = openSync(path, 'wx', 0o600)
    } catch (cause) {
      const found = (cause as { code?: string }).code === 'EEXIST' ? 'one that is there' : (cause as Error).message
      throw new OptionsError(
        `Expected \`record\` to be a new file, got ${found} (${path}). Remove it, or set another --record or CDC_RECORD.`,
        { cause },
      )
    }
    this.#writeLine(scriptHeader(input))
  }

  get commit(): number {
    return this.#source.commit
  }

  next(): Batch {
    const batch = this.#source.next()
    this.#writeLine({ commit: batch.commit, runs: scriptRuns(batch.runs, this.#input) })
    return batch
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #writeLine(value: object): void {
    writeSync(this.#file!, `${JSON.stringify(value)}\n`)
    fsyncSync(this.#file!)
  }
}
