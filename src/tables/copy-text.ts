import type { Cell, Column } from './column.js'
import { scaleOf } from './scaled-number.js'

const ZERO = 0x30
const TAB = 0x09
const NEWLINE = 0x0a
const BACKSLASH = 0x5c
const MINUS = 0x2d
const POINT = 0x2e

/** What a cell takes, with its separator: numbers and short texts. A larger scale takes more. */
const BYTES_PER_CELL = 40
const MOST_SCALE = 36

/** '00', '01' … '99': dividing by 100 halves the divisions. */
const PAIRS = Uint8Array.from({ length: 200 }, (_, i) => ZERO + (i % 2 === 0 ? Math.floor(i / 20) : (i >> 1) % 10))

type Escapes = Readonly<Record<string, string>>

/** As both PostgreSQL and MySQL read them. */
const COMMON_ESCAPES: Escapes = { '\\': '\\\\', '\b': '\\b', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
const ESCAPES: Escapes = { ...COMMON_ESCAPES, '\f': '\\f', '\v': '\\v' }

/**
 * Renders rows in the text format of COPY (https://www.postgresql.org/docs/14/sql-copy.html#id-1.9.3.55.9.2), straight
 * into bytes: no strings and no objects for numbers.
 */
export class CopyText {
  #bytes: Buffer
  #length = 0
  readonly #scales: Int8Array
  readonly #width: number
  readonly #bytesPerCell: number
  readonly #escapes: Escapes

  /** @param dialect which of its readers is to understand it; MySQL takes `\\f` for an f */
  constructor(columns: readonly Column[], capacity = 0x10000, dialect: 'postgres' | 'mysql' = 'postgres') {
    this.#escapes = dialect === 'mysql' ? COMMON_ESCAPES : ESCAPES
    this.#scales = Int8Array.from(columns, ({ type }) => scaleOf(type))
    this.#width = columns.length
    this.#bytesPerCell = BYTES_PER_CELL + Math.max(0, ...this.#scales.map((scale) => scale - MOST_SCALE))
    this.#bytes = Buffer.allocUnsafe(capacity)
  }

  get length(): number {
    return this.#length
  }

  /** What was written since the last `take()` or `clear()`; valid until the next write. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Hands over what was written and begins with new memory. */
  take(): Buffer {
    const taken = this.view()
    this.#bytes = Buffer.allocUnsafe(this.#bytes.length)
    this.#length = 0
    return taken
  }

  clear(): void {
    this.#length = 0
  }

  /** Whether what was written, without its last byte, is what stands there. */
  isAt(bytes: Buffer, start: number, end: number): boolean {
    const length = this.#length - 1
    return length === end - start && this.#bytes.compare(bytes, start, end, 0, length) === 0
  }

  writeRow(cells: readonly Cell[]): void {
    const scales = this.#scales
    const width = this.#width
    this.#reserve(width * this.#bytesPerCell)
    // Where it is written is kept in variables: this is what a load and a comparison spend most of their time with.
    let bytes = this.#bytes
    let at = this.#length
    for (let column = 0; column < width; column++) {
      const cell = cells[column]!
      if (typeof cell === 'number') {
        at = writeNumber(bytes, at, cell, scales[column]!)
      } else if (cell === null) {
        bytes[at++] = BACKSLASH
        bytes[at++] = 0x4e
      } else if (typeof cell === 'boolean') {
        bytes[at++] = cell ? 0x74 : 0x66
      } else {
        const end = cell.length >= BYTES_PER_CELL ? -1 : writePlain(bytes, at, cell)
        if (end < 0) {
          this.#length = at
          this.#writeText(cell, width - column)
          bytes = this.#bytes
        }
        at = end < 0 ? this.#length : end
      }
      bytes[at++] = TAB
    }
    bytes[at - 1] = NEWLINE
    this.#length = at
  }

  #writeText(text: string, columnsLeft: number): void {
    const escaped = text.replaceAll(/[\\\b\f\n\r\t\v]/g, (character) => this.#escapes[character] ?? character)
    this.#reserve(Buffer.byteLength(escaped) + columnsLeft * this.#bytesPerCell)
    this.#length += this.#bytes.write(escaped, this.#length)
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + bytes))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}

/** Writes short texts, which most are, character by character: -1 where one is to be escaped, or is not ASCII. */
function writePlain(bytes: Buffer, start: number, text: string): number {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 0x20 || code > 0x7e || code === BACKSLASH) return -1
    bytes[start + index] = code
  }
  return start + text.length
}

/** Returns where it ends. */
function writeNumber(bytes: Buffer, start: number, value: number, scale: number): number {
  let at = start
  let rest = value
  if (rest < 0) {
    bytes[at++] = MINUS
    rest = -rest
  }
  if (scale === 0) return writeDigits(bytes, at, rest)
  if (scale === 2 && rest < 0x7fff_ffff) {
    const whole = (rest / 100) | 0
    at = writeDigits(bytes, at, whole)
    const pair = (rest - whole * 100) * 2
    bytes[at] = POINT
    bytes[at + 1] = PAIRS[pair]!
    bytes[at + 2] = PAIRS[pair + 1]!
    return at + 3
  }
  const unit = Number(`1e${scale}`)
  const whole = Math.floor(rest / unit)
  at = writeDigits(bytes, at, whole)
  bytes[at++] = POINT
  bytes.write(String(rest - whole * unit).padStart(scale, '0'), at, 'latin1')
  return at + scale
}

function writeDigits(bytes: Buffer, start: number, value: number): number {
  if (value > 0x7fff_ffff) return start + bytes.write(String(value), start, 'latin1')
  let rest = value | 0
  const end = start + digitsOf(rest)
  let at = end
  while (rest >= 100) {
    const higher = (rest / 100) | 0
    const pair = (rest - higher * 100) * 2
    bytes[--at] = PAIRS[pair + 1]!
    bytes[--at] = PAIRS[pair]!
    rest = higher
  }
  if (rest >= 10) {
    bytes[--at] = PAIRS[rest * 2 + 1]!
    bytes[--at] = PAIRS[rest * 2]!
  } else {
    bytes[--at] = ZERO + rest
  }
  return end
}

function digitsOf(value: number): number {
  if (value < 100_000) {
    if (value < 100) return value < 10 ? 1 : 2
    return value < 1_000 ? 3 : value < 10_000 ? 4 : 5
  }
  if (value < 10_000_000) return value < 1_000_000 ? 6 : 7
  return value < 100_000_000 ? 8 : value < 1_000_000_000 ? 9 : 10
}
