import type { Run } from '../../plan/batch.js'
import type { TableRows } from '../../plan/table-rows.js'
import type { Cell, Column } from '../../tables/column.js'
import { CopyText } from '../../tables/copy-text.js'
import { scaledToText } from '../../tables/scaled-number.js'
import { arrayText } from '../../tables/types/array.js'
import { typeOf } from '../../tables/types/cell-types.js'
import { keyArray } from './key-array.js'

/** Smaller chunks make COPY several times slower (https://github.com/brianc/node-pg-copy-streams/issues/127). */
const CHUNK_BYTES = 0x10000
const ROW_BYTES = 0x1000

/** An array as `pg` sends it: a text as it is, and bytes as PostgreSQL's binary form. */
export type Parameter = string | Buffer

/** Computes the rows of one table's runs, in the form in which they are sent. */
export class RunRenderer {
  readonly #rows: TableRows
  readonly #text: CopyText
  readonly #recomputed: readonly number[]

  constructor(rows: TableRows) {
    const { columns } = rows.definition
    this.#rows = rows
    this.#text = new CopyText(columns, CHUNK_BYTES + ROW_BYTES)
    this.#recomputed = columns.flatMap((column, index) => (column.recomputed ? [index] : []))
  }

  /** COPY text in one piece. Not while another one is made in pieces. */
  wholeCopyText(run: Run): Buffer {
    this.#text.clear()
    for (const [i, number] of run.numbers.entries()) {
      this.#text.writeRow(this.#rows.load(number, run.versions[i]!, run.times?.[i]))
    }
    return Buffer.from(this.#text.view())
  }

  /** COPY text in pieces. Only one run at a time. */
  *copyText(run: Run): Generator<Buffer> {
    this.#text.clear()
    for (const [i, number] of run.numbers.entries()) {
      this.#text.writeRow(this.#rows.load(number, run.versions[i]!, run.times?.[i]))
      if (this.#text.length >= CHUNK_BYTES) yield this.#text.take()
    }
    if (this.#text.length > 0) yield this.#text.take()
  }

  /** An array for every column of the key and, for UPDATEs, one for every recomputed column. */
  parameters(run: Run): Parameter[] {
    const found = run.numbers.map((number) => this.#rows.keyOf(number))
    const { parts, isInteger } = this.#rows.key
    const keys = parts.map(({ column }, place) => {
      const cells = found.map((key) => key[place]!)
      return isInteger ? arrayParameter(column.type, cells) : keyArray(column.type, cells)
    })
    if (run.kind === 'delete') return keys
    const cells: Cell[][] = this.#recomputed.map(() => [])
    run.numbers.forEach((number, i) => {
      const row = this.#rows.load(number, run.versions[i]!, run.times?.[i])
      this.#recomputed.forEach((column, place) => cells[place]!.push(row[column]!))
    })
    const { columns } = this.#rows.definition
    return [...keys, ...this.#recomputed.map((column, place) => arrayParameter(columns[column]!.type, cells[place]!))]
  }
}

/** The array's text; that of numbers needs no look at them. */
function arrayParameter(type: Column['type'], cells: readonly Cell[]): string {
  const scale = typeOf(type).scale?.(type)
  if (scale === undefined) return arrayText(cells)
  return `{${cells.map((cell) => (cell === null ? 'NULL' : scaledToText(cell as number, scale))).join(',')}}`
}
