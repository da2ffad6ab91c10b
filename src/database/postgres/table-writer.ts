import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import type { Client } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { WriteError } from '../../errors.js'
import type { Run } from '../../plan/batch.js'
import type { TableRows } from '../../plan/table-rows.js'
import { explainShortfall } from './explain-shortfall.js'
import type { Copy } from './pipelined-copies.js'
import { type Parameter, RunRenderer } from './run-renderer.js'
import { qualifiedName } from './quote.js'
import { type TableStatements, tableStatements } from './statements.js'

/** Longer runs are rendered while they are sent: that bounds the memory, and the server begins earlier. */
const MOST_ROWS_AHEAD = 2_000

const MOST_KEYS = 10

/** Writes runs to one table, each as one statement. */
export class TableWriter {
  readonly #statements: TableStatements
  readonly #statementNames: { readonly update: string; readonly delete: string }
  readonly #renderer: RunRenderer
  readonly #name: string
  /** Quoted. */
  readonly #table: string
  readonly #copyTexts = new WeakMap<Run, Buffer>()
  readonly #parameters = new WeakMap<Run, [keys: string, ...values: Parameter[]]>()

  constructor(rows: TableRows, schema: string) {
    this.#statements = tableStatements(rows.definition, schema)
    this.#statementNames = { update: nameOf(this.#statements.update), delete: nameOf(this.#statements.delete) }
    this.#renderer = new RunRenderer(rows)
    this.#name = `${schema}.${rows.definition.name}`
    this.#table = qualifiedName(schema, rows.definition.name)
  }

  /** Whether a run is rendered as a whole. */
  static fitsInMemory({ numbers }: Run): boolean {
    return numbers.length <= MOST_ROWS_AHEAD
  }

  /** Renders a run that is to be written soon. To be called while the server is at work, and not during `write`. */
  prepare(run: Run): void {
    if (!TableWriter.fitsInMemory(run)) return
    if (run.kind === 'insert') this.#copyTexts.set(run, this.#renderer.wholeCopyText(run))
    else this.#parameters.set(run, this.#renderer.parameters(run))
  }

  /** The COPY of a run that fits in memory. */
  copyOf(run: Run): Copy {
    return {
      statement: this.#statements.insert,
      text: this.#copyTexts.get(run) ?? this.#renderer.wholeCopyText(run),
    }
  }

  /** @param meanwhile Called once the server has all that it needs, if that is before its answer */
  async write(client: Client, run: Run, meanwhile?: () => void): Promise<void> {
    const { kind } = run
    if (kind === 'insert') return this.#insert(client, run)
    const values = this.#parameters.get(run) ?? this.#renderer.parameters(run)
    const query = { name: this.#statementNames[kind], text: this.#statements[kind], values }
    const answer = client.query(query)
    meanwhile?.()
    const { rowCount } = await answer
    if (rowCount !== run.numbers.length) await this.#refuse(client, run, values[0], rowCount ?? 0)
  }

  /** @throws WriteError that says what keeps rows away */
  async expectCopied(client: Client, { numbers }: Run, count = 0): Promise<void> {
    if (count === numbers.length) return
    const expected = `Expected COPY to add ${numbers.length} rows to \`${this.#name}\`, got ${count}.`
    const why = await explainShortfall(client, this.#table, 'insert')
    throw new WriteError(`${expected} ${why ?? 'A trigger on the table keeps rows away; remove it.'}`)
  }

  async #insert(client: Client, run: Run): Promise<void> {
    const copy = client.query(copyFrom(this.#statements.insert))
    await pipeline(this.#renderer.copyText(run), copy)
    await this.expectCopied(client, run, copy.rowCount)
  }

  /** Asks which keys are not as they have to be: there once before an UPDATE, and gone after a DELETE. */
  async #refuse(client: Client, { kind, numbers }: Run, text: string, affected: number): Promise<never> {
    const expected = `Expected ${kind.toUpperCase()} to affect ${numbers.length} rows of \`${this.#name}\``
    const keys = text.slice(1, -1).split(',')
    const { rows } = await client.query<{ key: string }>(this.#statements.keys, [text])
    const times = new Map<string, number>()
    for (const { key } of rows) times.set(key, (times.get(key) ?? 0) + 1)
    const missing = kind === 'update' && keys.some((key) => !times.has(key))
    // Rows that are there, and were left alone.
    const why = missing || rows.length === 0 ? undefined : await explainShortfall(client, this.#table, kind)
    const advice = why ?? 'Another session writes to the table, or its key is not unique.'
    if (kind === 'delete') {
      const which =
        rows.length === 0 ? `keys ${shorten(keys)}` : `still there: ${shorten(keys.filter((key) => times.has(key)))}`
      throw new WriteError(`${expected}, got ${affected} (${which}). ${advice}`)
    }
    const wrong = keys
      .filter((key) => times.get(key) !== 1)
      .map((key) => `${key} ${times.has(key) ? `${times.get(key)} times` : 'missing'}`)
    const which = wrong.length > 0 ? shorten(wrong) : 'all keys are there'
    throw new WriteError(`${expected}, got ${affected} (${which}). ${advice}`)
  }
}

/** By its text: the server cuts names to 63 bytes, and long names of tables are alike in their first ones. */
function nameOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

function shorten(keys: readonly string[]): string {
  const more = keys.length - MOST_KEYS
  return keys.slice(0, MOST_KEYS).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
