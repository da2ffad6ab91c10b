import type { Cell } from '../tables/column.js'

/**
 * A 128-bit sum of row hashes: independent of the order of rows, and updated by adding and subtracting single rows.
 * Four independent 32-bit lanes; equal tables have equal fingerprints, different ones differ but for chance.
 */
export class Fingerprint {
  readonly #lanes = new Int32Array(4)
  readonly #row = new Int32Array(4)
  #words = new Int32Array(64)

  add(cells: readonly Cell[]): void {
    this.#hash(cells)
    for (let lane = 0; lane < 4; lane++) this.#lanes[lane]! += this.#row[lane]!
  }

  subtract(cells: readonly Cell[]): void {
    this.#hash(cells)
    for (let lane = 0; lane < 4; lane++) this.#lanes[lane]! -= this.#row[lane]!
  }

  /** 32 hexadecimal digits. */
  toString(): string {
    return Array.from(this.#lanes, (lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('')
  }

  #hash(cells: readonly Cell[]): void {
    const words = this.#split(cells)
    let [a, b, c, d] = [0x6a09e667, 0xbb67ae85 | 0, 0x3c6ef372, 0xa54ff53a | 0]
    for (let i = 0; i < words; i++) {
      const word = this.#words[i]!
      a = Math.imul(a ^ word, 0x9e3779b1)
      b = Math.imul(b + word, 0x85ebca6b) ^ (a >>> 15)
      c = Math.imul(c ^ word, 0xc2b2ae35) + (b >>> 13)
      d = Math.imul(d + word, 0x27d4eb2f) ^ (c >>> 16)
      a ^= d >>> 14
    }
    this.#row[0] = finish(a)
    this.#row[1] = finish(b)
    this.#row[2] = finish(c ^ a)
    this.#row[3] = finish(d ^ b)
  }

  /** Fills `#words`, one for numbers of 32 bits and two for everything else, and returns how many there are. */
  #split(cells: readonly Cell[]): number {
    if (this.#words.length < 2 * cells.length) this.#words = new Int32Array(2 * cells.length)
    let words = 0
    for (const cell of cells) {
      const word = (cell as number) | 0
      if (word === cell) {
        this.#words[words++] = word
      } else if (typeof cell === 'number') {
        this.#words[words++] = word
        this.#words[words++] = Math.floor(cell / 0x1_0000_0000)
      } else {
        const text = cell === null ? '' : String(cell)
        const kind = cell === null ? 0x7f4a7c15 : typeof cell === 'string' ? 0x165667b1 : 0x2545f491
        this.#words[words++] = hashOf(text, kind, 0x01000193)
        this.#words[words++] = hashOf(text, ~kind, 0x85ebca6b)
      }
    }
    return words
  }
}

function hashOf(text: string, start: number, factor: number): number {
  let hash = start
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), factor)
  return hash
}

function finish(value: number): number {
  let x = value
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b | 0)
  return x ^ (x >>> 16)
}
