import { MOST_CENTS, undoIfTooLarge } from './amount-limit.js'
import type { Cell } from './column.js'
import type { Random } from './random.js'
import { drawCouponPercent } from './sale-lines.js'

type Known = number | null

/**
 * An UPDATE of a sale that stood in the table before the stream. What its image does not have (a NULL price, an unknown
 * tax percent) stays as it is; everything else is recomputed, so the identities hold on all columns that are known. An
 * UPDATE whose amounts would not fit the columns changes nothing.
 */
export function reviseSale(cells: Cell[], random: Random, number: number, version: number): void {
  const image = [...cells]
  recompute(cells, random, number, version)
  undoIfTooLarge(cells, image)
}

function recompute(cells: Cell[], random: Random, number: number, version: number): void {
  const [wholesale, list, sales] = [cells[12] as Known, cells[13] as Known, cells[14] as Known]
  const quantity = walkQuantity(cells, random, number, version)
  const times = (price: Known, otherwise: Known): Known => (price === null ? otherwise : quantity * price)
  const extWholesale = times(wholesale, cells[17] as Known)
  const extList = times(list, cells[18] as Known)
  const extSales = times(sales, cells[16] as Known)
  const taxPercent = impliedTaxPercent(cells[21] as Known, cells[19] as Known)
  cells[11] = quantity
  cells[16] = extSales
  cells[17] = extWholesale
  cells[18] = extList
  if (extList !== null && extSales !== null) cells[15] = extList - extSales
  if (extSales !== null) {
    const couponPercent = drawCouponPercent(random.at(number, version))
    const coupon = extSales > 0 ? Math.floor((extSales * couponPercent) / 100) : 0
    cells[20] = coupon
    cells[21] = extSales - coupon
  }
  const netPaid = cells[21] as Known
  if (netPaid === null) return
  if (taxPercent !== null) cells[19] = ((netPaid * taxPercent) / 100) | 0
  if (cells[19] !== null) cells[22] = netPaid + (cells[19] as number)
  if (extWholesale !== null) cells[23] = netPaid - extWholesale
}

/** Walks through 1 … 100, or as far as the largest price allows without leaving `numeric(7,2)`. */
function walkQuantity(cells: readonly Cell[], random: Random, number: number, version: number): number {
  const dearest = Math.max(...[cells[12], cells[13], cells[14]].map((price) => Math.abs((price ?? 0) as number)), 1)
  // Twice, because a tax of up to 100 % comes on top.
  const most = Math.max(1, Math.min(100, Math.floor(MOST_CENTS / (2 * dearest))))
  const image = cells[11] as Known
  const step = random.at(number).stepThrough(most)
  const start = image !== null && image >= 1 && image <= most ? image : random.between(1, most)
  return 1 + ((start - 1 + (version % most) * step) % most)
}

/** The smallest whole percent that explains the tax of an image, or null where no percent does. */
export function impliedTaxPercent(amount: Known, tax: Known): number | null {
  if (amount === null || tax === null || amount <= 0 || tax < 0 || tax > amount) return null
  return Math.ceil((tax * 100) / amount)
}
