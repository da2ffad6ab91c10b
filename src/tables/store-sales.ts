import type { Cell, Column } from './column.js'
import { defineTable } from './define-table.js'
import { Random } from './random.js'
import { reviseSale } from './revise-sale.js'
import { drawCouponPercent, SaleLines } from './sale-lines.js'
import type { RowContext, RowSource, TableDefinition } from './table-definition.js'

const key = (name: string): Column => ({ name, type: 'int4' })
const money = (name: string): Column => ({ name, type: 'numeric(7,2)' })
const recomputed = (column: Column): Column => ({ ...column, recomputed: true })

const columns: readonly Column[] = [
  { name: 'ss_id', type: 'int8', nullable: false },
  key('ss_sold_date_sk'),
  key('ss_sold_time_sk'),
  { ...key('ss_item_sk'), nullable: false },
  key('ss_customer_sk'),
  key('ss_cdemo_sk'),
  key('ss_hdemo_sk'),
  key('ss_addr_sk'),
  key('ss_store_sk'),
  key('ss_promo_sk'),
  { name: 'ss_ticket_number', type: 'int8', nullable: false },
  recomputed({ name: 'ss_quantity', type: 'int4' }),
  money('ss_wholesale_cost'),
  money('ss_list_price'),
  money('ss_sales_price'),
  recomputed(money('ss_ext_discount_amt')),
  recomputed(money('ss_ext_sales_price')),
  recomputed(money('ss_ext_wholesale_cost')),
  recomputed(money('ss_ext_list_price')),
  recomputed(money('ss_ext_tax')),
  recomputed(money('ss_coupon_amt')),
  recomputed(money('ss_net_paid')),
  recomputed(money('ss_net_paid_inc_tax')),
  recomputed(money('ss_net_profit')),
]

const bits = (test: (column: Column) => boolean): number =>
  columns.reduce((mask, column, index) => (test(column) ? mask | (1 << index) : mask), 0)
const nullableBits = bits((column) => column.nullable !== false)
const keptBits = bits((column) => !column.recomputed)

/**
 * TPC-DS `store_sales` with a leading surrogate key, as the Cloudberry demos have it. An UPDATE changes the quantity
 * and the coupon, and recomputes what depends on them.
 */
export const storeSales: TableDefinition = defineTable({
  name: 'store_sales_heap',
  key: 'ss_id',
  sequences: { ticket: 'ss_ticket_number' },
  columns,
  rows: (context) => new SaleRows(context),
})

class SaleRows implements RowSource {
  readonly #line: SaleLines
  readonly #updates: Random

  constructor(context: RowContext) {
    this.#line = new SaleLines(context)
    this.#updates = new Random(context.seed, 'update of a sale')
  }

  fill(cells: Cell[], number: number, version: number): void {
    const line = this.#line
    line.load(number)
    let quantity = line.quantity
    let couponPercent = line.couponPercent
    let nullBits = line.nullBits & nullableBits
    if (version > 0) {
      line.loadStep()
      const least = line.returnQuantity
      const range = 101 - least
      quantity = least + ((quantity - least + (version % range) * line.quantityStep) % range)
      couponPercent = drawCouponPercent(this.#updates.at(number, version))
      nullBits &= keptBits
    }
    const extWholesale = quantity * line.wholesaleCost
    const extList = quantity * line.listPrice
    const extSales = quantity * line.salesPrice
    const coupon = ((extSales * couponPercent) / 100) | 0
    const netPaid = extSales - coupon
    const tax = ((netPaid * line.taxPercent) / 100) | 0
    cells[1] = line.day
    cells[2] = line.time
    cells[3] = line.item
    cells[4] = line.customer
    cells[5] = line.customerDemographics
    cells[6] = line.householdDemographics
    cells[7] = line.address
    cells[8] = line.store
    cells[9] = line.promotion
    cells[10] = line.ticket
    cells[11] = quantity
    cells[12] = line.wholesaleCost
    cells[13] = line.listPrice
    cells[14] = line.salesPrice
    cells[15] = extList - extSales
    cells[16] = extSales
    cells[17] = extWholesale
    cells[18] = extList
    cells[19] = tax
    cells[20] = coupon
    cells[21] = netPaid
    cells[22] = netPaid + tax
    cells[23] = netPaid - extWholesale
    for (let column = 1; nullBits >>> column !== 0; column++) {
      if ((nullBits >>> column) & 1) cells[column] = null
    }
  }

  revise(cells: Cell[], number: number, version: number): void {
    reviseSale(cells, this.#updates, number, version)
  }
}
