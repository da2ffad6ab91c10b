import type { Cell } from '../column.js'

/** How the values of one key column count: value 1, 2, 3 … of it, and back. */
export interface KeyForm {
  /** The last one there is. */
  readonly most: number
  /** What it is in words, for who writes SQL. */
  readonly shape: KeyShape
  cellOf(ordinal: number): Cell
  /** Which one a value is; undefined for one that it never has. */
  ordinalOf(cell: Cell): number | undefined
}

/** All that tells an ordinal from a value, in any language. */
export type KeyShape =
  | { readonly kind: 'count' }
  /** Days since the one before the first. */
  | { readonly kind: 'days'; readonly from: string }
  | { readonly kind: 'text'; readonly prefix: string; readonly digits: number }
  /** 40 bits, in hexadecimal digits. */
  | { readonly kind: 'uuid-v4'; readonly tag: string; readonly isText: boolean }
  /** Milliseconds from 1970 on that count as 0. */
  | { readonly kind: 'uuid-v7'; readonly epoch: number; readonly isText: boolean }
  | { readonly kind: 'list'; readonly values: readonly (number | string)[] }
