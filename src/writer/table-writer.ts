import { pipeline } from 'node:stream/promises'
import type { Client } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { WriteError } from '../errors.js'
import type { Run } from '../plan/batch.js'
import type { TableRows } from '../plan/table-rows.js'
import type { Cell } from '../tables/column.js'
import { CopyText } from '../tables/copy-text.js'
import { arrayParameter } from './array-parameter.js'
import { type TableStatements, tableStatements } from './statements.js'

/** Smaller chunks make COPY several times slower (https://github.com/brianc/node-pg-copy-streams/issues/127). */
const CHUNK_BYTES = 0x10000
const ROW_BYTES = 0x400

/** How many keys an error names. */
const MOST_KEYS = 10

/** Writes runs to one table, each as one statement. */
export class TableWriter {
  readonly #rows: TableRows
  readonly #statements: TableStatements
  readonly #text: CopyText
  readonly #name: string

  constructor(rows: TableRows, schema: string) {
    this.#rows = rows
    this.#statements = tableStatements(rows.definition, schema)
    this.#text = new CopyText(rows.definition.columns, CHUNK_BYTES + ROW_BYTES)
    this.#name = `${schema}.${rows.definition.name}`
  }

  async write(client: Client, run: Run): Promise<void> {
    if (run.kind === 'insert') return this.#insert(client, run)
    const keys = this.#keys(run)
    const { rowCount } = await (run.kind === 'update' ? this.#update(client, run, keys) : this.#delete(client, keys))
    if (rowCount !== run.numbers.length) await this.#refuse(client, run, keys, rowCount ?? 0)
  }

  async #insert(client: Client, run: Run): Promise<void> {
    const copy = client.query(copyFrom(this.#statements.insert))
    await pipeline(this.#chunks(run), copy)
    if (copy.rowCount !== run.numbers.length) {
      throw new WriteError(
        `Expected COPY to add ${run.numbers.length} rows to \`${this.#name}\`, got ${copy.rowCount}. ` +
          'A trigger or rule on the table keeps rows away; remove it.',
      )
    }
  }

  *#chunks(run: Run): Generator<Buffer> {
    this.#text.clear()
    for (const [i, number] of run.numbers.entries()) {
      this.#text.writeRow(this.#rows.load(number, run.versions[i]!))
      if (this.#text.length >= CHUNK_BYTES) yield this.#text.take()
    }
    if (this.#text.length > 0) yield this.#text.take()
  }

  #update(client: Client, run: Run, keys: string): Promise<{ rowCount: number | null }> {
    const columns = this.#rows.definition.columns
    const recomputed = columns.flatMap((column, index) => (column.recomputed ? [index] : []))
    const cells: Cell[][] = recomputed.map(() => [])
    run.numbers.forEach((number, i) => {
      const row = this.#rows.load(number, run.versions[i]!)
      recomputed.forEach((column, place) => cells[place]!.push(row[column]!))
    })
    const values = recomputed.map((column, place) => arrayParameter(columns[column]!.type, cells[place]!))
    return client.query({
      name: `update ${this.#name}`,
      text: this.#statements.update,
      values: [keys, ...values],
    })
  }

  #delete(client: Client, keys: string): Promise<{ rowCount: number | null }> {
    return client.query({ name: `delete ${this.#name}`, text: this.#statements.delete, values: [keys] })
  }

  #keys(run: Run): string {
    return arrayParameter(
      'int8',
      run.numbers.map((number) => this.#rows.keyOf(number)),
    ) as string
  }

  /** Asks which keys are not there once. After a DELETE they are all gone, so what was there is not known. */
  async #refuse(client: Client, run: Run, keys: string, affected: number): Promise<never> {
    const expected = `Expected ${run.kind.toUpperCase()} to affect ${run.numbers.length} rows of \`${this.#name}\``
    const advice = 'Another session writes to the table, or its key is not unique.'
    if (run.kind === 'delete') {
      throw new WriteError(`${expected} (keys ${shorten(keys.slice(1, -1).split(','))}), got ${affected}. ${advice}`)
    }
    const { rows } = await client.query<{ key: string }>(this.#statements.keys, [keys])
    const times = new Map<string, number>()
    for (const { key } of rows) times.set(key, (times.get(key) ?? 0) + 1)
    const wrong = keys
      .slice(1, -1)
      .split(',')
      .filter((key) => times.get(key) !== 1)
      .map((key) => `${key} ${times.has(key) ? `${times.get(key)} times` : 'missing'}`)
    throw new WriteError(`${expected}, got ${affected} (${shorten(wrong)}). ${advice}`)
  }
}

function shorten(keys: readonly string[]): string {
  const more = keys.length - MOST_KEYS
  return keys.slice(0, MOST_KEYS).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
