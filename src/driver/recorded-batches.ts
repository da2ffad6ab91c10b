import { closeSync, constants, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { OptionsError } from '../errors.js'
import type { Batch, BatchSource } from '../plan/batch.js'
import type { ScriptHeader } from '../plan/script/change-script.js'
import type { PlanInput } from '../plan/plan-input.js'
import { scriptHeader, scriptRuns } from '../plan/script/script-of.js'
import type { ResolvedOptions } from '../options/resolve-options.js'
import { encodeToken } from '../options/token/describe-run.js'
import type { TokenContent } from '../options/token/token.js'

/** Bytes of a first line: the rows that stood in the tables before are in it. */
const MOST_HEADER = 64 * 1024 * 1024

type ReadToken = (token: string) => TokenContent

/**
 * Writes down every batch before it is handed on, so that the file holds whatever the database may hold: lines of JSON,
 * the first with all but the batches. Synchronous, because a batch must not be sent before its line is on the disk.
 *
 * For a run that is resumed, what the file holds already is compared instead: its last line may be cut off.
 */
export class RecordedBatches implements BatchSource {
  readonly #source: BatchSource
  readonly #input: PlanInput
  readonly #path: string
  readonly #resumes: boolean
  readonly #file: number
  #isOpen = true
  #position = 0

  /** @throws OptionsError when the file is there already and not this run's, or cannot be written */
  static async open(
    source: BatchSource,
    input: PlanInput,
    path: string,
    options: ResolvedOptions,
  ): Promise<RecordedBatches> {
    // What reads tokens checks them with zod, which the writing thread needs for nothing else.
    const reader = options.resumes ? await import('../options/token/read-token.js') : undefined
    const record = new RecordedBatches(source, input, path, options)
    record.#begin(options, reader?.readToken)
    return record
  }

  private constructor(source: BatchSource, input: PlanInput, path: string, options: ResolvedOptions) {
    const { resumes } = options
    this.#source = source
    this.#input = input
    this.#path = path
    this.#resumes = resumes
    try {
      this.#file = openSync(path, resumes ? constants.O_RDWR | constants.O_CREAT : 'wx', 0o600)
    } catch (cause) {
      const found = (cause as { code?: string }).code === 'EEXIST' ? 'one that is there' : (cause as Error).message
      throw new OptionsError(
        `Expected \`record\` to be a new file, got ${found} (${path}). Remove it, or set another --record or CDC_RECORD.`,
        { cause },
      )
    }
  }

  get commit(): number {
    return this.#source.commit
  }

  next(): Batch {
    const batch = this.#source.next()
    this.#writeLine({ commit: batch.commit, runs: scriptRuns(batch, this.#input) })
    return batch
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#file)
    this.#isOpen = false
  }

  /** @param readToken where the file may have a header */
  #begin(options: ResolvedOptions, readToken: ReadToken | undefined): void {
    const plan = options.script ? {} : { plan: encodeToken(options, this.#input) }
    const header = { ...scriptHeader(this.#input), ...plan }
    this.#position = readToken ? lengthOfHeader(this.#file, header, readToken) : 0
    if (this.#position === 0) this.#writeLine(header)
    fsyncSync(this.#file)
  }

  #writeLine(value: object): void {
    const line = Buffer.from(`${JSON.stringify(value)}\n`)
    const at = this.#position
    this.#position += line.length
    if (this.#isThere(line, at)) return
    writeSync(this.#file, line, 0, line.length, at)
    fsyncSync(this.#file)
  }

  #isThere(line: Buffer, at: number): boolean {
    if (!this.#resumes) return false
    const found = Buffer.alloc(line.length)
    const length = readSync(this.#file, found, 0, line.length, at)
    if (line.compare(found, 0, length, 0, length) === 0) return length === line.length
    this.close()
    throw new OptionsError(
      `Expected \`record\` to be the file of the run that is resumed, got another one (${this.#path}). Set another --record or CDC_RECORD.`,
    )
  }
}

/**
 * The bytes of a first line that says the same; 0 for any other. An older version may have written the token of the plan in
 * another form.
 */
function lengthOfHeader(file: number, header: ScriptHeader, readToken: ReadToken): number {
  const buffer = Buffer.alloc(MOST_HEADER)
  const length = buffer.subarray(0, readSync(file, buffer, 0, MOST_HEADER, 0)).indexOf('\n')
  if (length < 0) return 0
  try {
    const found = JSON.parse(buffer.toString('utf8', 0, length)) as ScriptHeader
    return isDeepStrictEqual(byValue(found, readToken), byValue(header, readToken)) ? length + 1 : 0
  } catch {
    return 0
  }
}

/** Which rows there are is told by the lines that follow. */
function byValue({ plan, ...header }: ScriptHeader, readToken: ReadToken): object {
  if (plan === undefined) return header
  const { tables, ...content } = readToken(plan)
  return { ...header, plan: { ...content, tables: tables.map((table) => ({ ...table, identity: undefined })) } }
}
