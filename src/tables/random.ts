/**
 * Random numbers by coordinates: `at(number, version)` starts the same sequence whenever and wherever it is called.
 *
 * 32-bit integer arithmetic only, so that every engine and machine gives the same numbers. A 64-bit state from two
 * mixers feeds xoroshiro64** (Blackman and Vigna, https://prng.di.unimi.it/xoroshiro64starstar.c). pure-rand was not
 * taken because it allocates a generator per seed, and here every row is a seed of its own.
 */
export class Random {
  readonly #low: number
  readonly #high: number
  #a = 1
  #b = 0

  /** @param purpose Sequences for different purposes are unrelated. */
  constructor(seed: number, purpose: string) {
    let hash = 0x811c9dc5
    for (let i = 0; i < purpose.length; i++) hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193)
    this.#low = mix((seed | 0) ^ mix(hash))
    this.#high = mix(this.#low ^ Math.imul(hash, 0x9e3779b1))
  }

  at(number: number, version = 0): this {
    const low = mix(this.#low ^ (number | 0))
    const high = Math.floor(number / 0x1_0000_0000) | 0
    this.#b = mix((this.#high + low) ^ mix(Math.imul(version, 0x9e3779b1) ^ high ^ 0x5bd1e995))
    // The first draw is made from this half of the state alone: it must depend on the version, too.
    this.#a = mix(low ^ this.#b)
    if ((this.#a | this.#b) === 0) this.#a = 1
    return this
  }

  /** The next number, uniform in 0 … 2^32 − 1. */
  next(): number {
    const a = this.#a
    const b = this.#b ^ a
    this.#a = ((a << 26) | (a >>> 6)) ^ b ^ (b << 9)
    this.#b = (b << 13) | (b >>> 19)
    const product = Math.imul(a, 0x9e3779bb)
    return Math.imul((product << 5) | (product >>> 27), 5) >>> 0
  }

  /** Uniform in 0 … bound − 1, for 1 ≤ bound ≤ 2^32. No value is more than bound / 2^32 more likely than another. */
  below(bound: number): number {
    return ((this.next() * bound) / 0x1_0000_0000) >>> 0
  }

  /** Uniform in low … high, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1)
  }

  /** One of these, each as likely as the others. There must be one. */
  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!
  }

  /** A step that visits every number of 0 … modulus − 1 before it comes back: coprime to the modulus, never 0. */
  stepThrough(modulus: number): number {
    for (;;) {
      const step = 1 + this.below(modulus - 1)
      if (greatestCommonDivisor(step, modulus) === 1) return step
    }
  }
}

/** Whether chance hits, with a probability from 0 to 1. */
export function isHit(random: Random, probability: number): boolean {
  return random.next() < probability * 0x1_0000_0000
}

/** A permutation of the 32-bit integers that leaves nothing recognizable of its argument. */
export function mix(value: number): number {
  let x = value
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return x ^ (x >>> 16)
}

function greatestCommonDivisor(a: number, b: number): number {
  let [x, y] = [a, b]
  while (y !== 0) [x, y] = [y, x % y]
  return x
}
