/**
 * Where a row stands among all that a table ever had, from 0 on: first the rows that were there before the stream,
 * numbered −1, −2, −3 …, then the stream's own, numbered 1, 2, 3 …
 */
export function positionOf(number: number, foreignRows: number): number {
  return number > 0 ? foreignRows + number - 1 : -number - 1
}

/** The number of the row at a position. */
export function numberAt(position: number, foreignRows: number): number {
  return position < foreignRows ? -position - 1 : position - foreignRows + 1
}
