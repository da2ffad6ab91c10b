/** The known values of one column, and what they say. */
export class Sample {
  readonly #sorted: Float64Array
  readonly mean: number
  readonly deviation: number

  constructor(values: readonly number[] | Float64Array) {
    this.#sorted = Float64Array.from(values).sort()
    let sum = 0
    for (const value of this.#sorted) sum += value
    this.mean = sum / this.size
    let squares = 0
    for (const value of this.#sorted) squares += (value - this.mean) ** 2
    this.deviation = Math.sqrt(squares / this.size)
  }

  get size(): number {
    return this.#sorted.length
  }

  get least(): number {
    return this.#sorted[0]!
  }

  get most(): number {
    return this.#sorted[this.size - 1]!
  }

  /** Which part of the values is below this one, and which part is below or equal to it. */
  partsUpTo(value: number): { below: number; upTo: number } {
    return { below: this.#place(value, false) / this.size, upTo: this.#place(value, true) / this.size }
  }

  #place(value: number, after: boolean): number {
    let [low, high] = [0, this.size]
    while (low < high) {
      const middle = (low + high) >>> 1
      const entry = this.#sorted[middle]!
      if (entry < value || (after && entry === value)) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The standard error of a share that is found in `size` independent draws. */
export function errorOfShare(share: number, size: number): number {
  return Math.sqrt((share * (1 - share)) / size)
}

/** Pearson's correlation of two columns, over the rows where both are known (not NaN). */
export function correlation(xs: Float64Array, ys: Float64Array): number {
  let [n, sumX, sumY, sumXX, sumYY, sumXY] = [0, 0, 0, 0, 0, 0]
  xs.forEach((x, i) => {
    const y = ys[i]!
    if (Number.isNaN(x) || Number.isNaN(y)) return
    n += 1
    sumX += x
    sumY += y
    sumXX += x * x
    sumYY += y * y
    sumXY += x * y
  })
  const covariance = sumXY - (sumX * sumY) / n
  return covariance / Math.sqrt((sumXX - sumX ** 2 / n) * (sumYY - sumY ** 2 / n))
}

/**
 * How many standard deviations chi-square is above what counts of classes should have: equally likely ones, unless their
 * expected counts are given.
 */
export function chiSquareExcess(counts: readonly number[], expectedCounts?: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
  const chiSquare = counts.reduce((sum, count, i) => {
    const expected = expectedCounts?.[i] ?? mean
    return sum + (count - expected) ** 2 / expected
  }, 0)
  const freedom = counts.length - 1
  return (chiSquare - freedom) / Math.sqrt(2 * freedom)
}
