const BLOCK_WORDS = 16
const BLOCK_BITS = BLOCK_WORDS * 32

/**
 * Which rows of a table are live: one bit a row, and for every 512 rows a count in a Fenwick tree, so that the k-th
 * live row is found in a time that grows with the logarithm of the rows only, however many of them are dead.
 */
export class RowSet {
  #words = new Int32Array(BLOCK_WORDS * 4)
  /** Fenwick tree over blocks, counted from 1: entry i holds the live rows of the blocks (i − lowest bit of i, i]. */
  #tree = new Int32Array(5)
  #blocks = 0
  #size = 0
  #count = 0

  /** Positions that exist, live or not. */
  get size(): number {
    return this.#size
  }

  /** Live rows. */
  get count(): number {
    return this.#count
  }

  has(position: number): boolean {
    return position < this.#size && ((this.#words[position >>> 5]! >>> (position & 31)) & 1) === 1
  }

  /** Adds a position behind the last one. */
  append(live: boolean): void {
    const position = this.#size
    if (position % BLOCK_BITS === 0) this.#appendBlock()
    this.#size += 1
    if (live) this.#flip(position, 1)
  }

  /** Adds so many positions that are not live. */
  appendDead(count: number): void {
    this.#size += count
    while (this.#blocks * BLOCK_BITS < this.#size) this.#appendBlock()
  }

  set(position: number): void {
    this.#flip(position, 1)
  }

  clear(position: number): void {
    this.#flip(position, -1)
  }

  /** How many live rows there are before a position, which may be behind the last one. */
  countBefore(position: number): number {
    const end = Math.min(position, this.#size)
    const block = Math.floor(end / BLOCK_BITS)
    let count = 0
    for (let entry = block; entry > 0; entry -= entry & -entry) count += this.#tree[entry]!
    for (let word = block * BLOCK_WORDS; word < end >>> 5; word++) count += bitCount(this.#words[word]!)
    const rest = end & 31
    return rest === 0 ? count : count + bitCount(this.#words[end >>> 5]! & ((1 << rest) - 1))
  }

  /** The position of the live row with so many live rows before it, 0 ≤ rank < count. */
  select(rank: number): number {
    let rest = rank
    let block = 0
    for (let step = highestBit(this.#blocks); step > 0; step >>>= 1) {
      const next = block + step
      if (next <= this.#blocks && this.#tree[next]! <= rest) {
        block = next
        rest -= this.#tree[next]!
      }
    }
    let word = block * BLOCK_WORDS
    for (let bits = bitCount(this.#words[word]!); bits <= rest; bits = bitCount(this.#words[word]!)) {
      rest -= bits
      word += 1
    }
    let value = this.#words[word]!
    for (; rest > 0; rest--) value &= value - 1
    return word * 32 + (31 - Math.clz32(value & -value))
  }

  #flip(position: number, by: 1 | -1): void {
    this.#words[position >>> 5]! ^= 1 << (position & 31)
    this.#count += by
    for (let block = Math.floor(position / BLOCK_BITS) + 1; block <= this.#blocks; block += block & -block) {
      this.#tree[block]! += by
    }
  }

  #appendBlock(): void {
    const block = ++this.#blocks
    if (block * BLOCK_WORDS > this.#words.length) {
      this.#words = enlarge(this.#words, this.#words.length * 2)
      this.#tree = enlarge(this.#tree, this.#words.length / BLOCK_WORDS + 1)
    }
    let sum = 0
    for (let below = block - 1; below > block - (block & -block); below -= below & -below) sum += this.#tree[below]!
    this.#tree[block] = sum
  }
}

function enlarge(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length)
  larger.set(array)
  return larger
}

function highestBit(value: number): number {
  return value === 0 ? 0 : 1 << (31 - Math.clz32(value))
}

function bitCount(value: number): number {
  let x = value - ((value >>> 1) & 0x55555555)
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333)
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
