import type { KeyPart, TableKey } from '../tables/keys/table-key.js'

/** How a dialect writes what an ordinal is made of. */
export interface OrdinalWords {
  /** Which value of its column a part of the key is: a number, or NULL for one that it never has. */
  readonly countOf: (part: KeyPart) => string
  /** A number from 1 on, as one that can be multiplied, or NULL beyond the last one: the sum could be beyond that of `bigint`. */
  readonly between: (count: string, most: number) => string
}

/**
 * The ordinal of a row's key as SQL: an integer, or NULL for a key that has none. Where the key is one integer, this is its
 * column.
 */
export function composeOrdinal({ counter, parts, turns, most }: TableKey, { countOf, between }: OrdinalWords): string {
  if (counter && !counter.restarts) return countOf(counter)
  const turn = parts
    .filter(({ values }) => values !== undefined)
    .map((part) => `(${between(countOf(part), part.values!)} - 1) * ${part.stride}`)
  const rounds = counter ? [`(${between(countOf(counter), Math.floor(most / turns))} - 1) * ${turns}`] : []
  return `(${[...rounds, ...turn, '1'].join(' + ')})`
}
