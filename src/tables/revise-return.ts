import { undoIfTooLarge } from './amount-limit.js'
import type { Cell } from './column.js'
import type { Random } from './random.js'
import { impliedTaxPercent } from './revise-sale.js'

/** Fees are 0.50 to 100.00. */
export const FEES: { readonly least: number; readonly count: number } = Object.freeze({ least: 50, count: 9_951 })

type Known = number | null

/** Walks through all fees, beginning at `start`; the step is the next draw of `random`. */
export function walkFee(start: number, random: Random, version: number): number {
  const step = random.stepThrough(FEES.count)
  return FEES.least + ((start - FEES.least + (version % FEES.count) * step) % FEES.count)
}

/** Divides a refund into cash, reversed charge and store credit, which gets the remainders. */
export function splitRefund(cells: Cell[], amount: number, cashPercent: number, reversedPercent: number): void {
  const cash = ((amount * cashPercent) / 100) | 0
  const reversed = (((amount - cash) * reversedPercent) / 100) | 0
  cells[17] = cash
  cells[18] = reversed
  cells[19] = amount - cash - reversed
}

/**
 * An UPDATE of a return that stood in the table before the stream. The quantity is redrawn where the image has the
 * price of a piece, and never grows; otherwise only the fee changes. An UPDATE whose amounts would not fit the columns
 * changes nothing.
 */
export function reviseReturn(cells: Cell[], random: Random, number: number, version: number): void {
  const image = [...cells]
  recompute(cells, random, number, version)
  undoIfTooLarge(cells, image)
}

function recompute(cells: Cell[], random: Random, number: number, version: number): void {
  const image = cells[11] as Known
  const price = perPiece(cells[12] as Known, image)
  const shipping = perPiece(cells[16] as Known, image)
  const taxPercent = impliedTaxPercent(cells[12] as Known, cells[13] as Known)
  if (image !== null && image > 0 && price !== null && shipping !== null && (taxPercent !== null || price === 0)) {
    const quantity = 1 + random.at(number, version).below(image)
    const amount = price * quantity
    const tax = Math.floor((amount * (taxPercent ?? 0)) / 100)
    cells[11] = quantity
    cells[12] = amount
    cells[13] = tax
    cells[14] = amount + tax
    cells[16] = shipping * quantity
    random.at(number)
    splitRefund(cells, amount, random.below(101), 1 + random.below(100))
  }
  random.at(number)
  const fee = cells[15] as Known
  const known = fee !== null && fee >= FEES.least && fee < FEES.least + FEES.count
  cells[15] = walkFee(known ? fee : FEES.least + random.below(FEES.count), random, version)
  if (cells[16] !== null && cells[13] !== null) {
    cells[20] = (cells[16] as number) + (cells[13] as number) + (cells[15] as number)
  }
}

/** The price of a piece in cents, where all pieces cost the same and none less than nothing. */
function perPiece(amount: Known, pieces: Known): number | null {
  if (amount === null || pieces === null || amount < 0 || pieces <= 0 || amount % pieces !== 0) return null
  return amount / pieces
}
