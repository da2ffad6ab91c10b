import type { Cell } from './column.js'

/** The largest amount of a `numeric(7,2)`, in cents. */
export const MOST_CENTS = 9_999_999

/** In sales and returns all columns from this one on are amounts. */
const FIRST_AMOUNT = 12

/** Takes an UPDATE back that would make an amount too large for its column. */
export function undoIfTooLarge(cells: Cell[], image: readonly Cell[]): void {
  for (let column = FIRST_AMOUNT; column < cells.length; column++) {
    if (Math.abs((cells[column] ?? 0) as number) <= MOST_CENTS) continue
    image.forEach((cell, at) => (cells[at] = cell))
    return
  }
}
