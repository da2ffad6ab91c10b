import type { Cell, Column } from './column.js'
import { defineTable } from './define-table.js'
import { Random } from './random.js'
import { firstRevision } from './revision.js'
import { FEES, reviseReturn, splitRefund, walkFee } from './revise-return.js'
import { drawNullBits, SaleLines } from './sale-lines.js'
import { type KeyRanges, keyRanges } from './scale.js'
import { storeSales } from './store-sales.js'
import type { RowContext, RowSource, TableDefinition } from './table-definition.js'

const key = (name: string): Column => ({ name, type: 'int4' })
const money = (name: string): Column => ({ name, type: 'numeric(7,2)', recomputed: true })

const columns: readonly Column[] = [
  { name: 'sr_id', type: 'int8', nullable: false },
  key('sr_returned_date_sk'),
  key('sr_return_time_sk'),
  { ...key('sr_item_sk'), nullable: false },
  key('sr_customer_sk'),
  key('sr_cdemo_sk'),
  key('sr_hdemo_sk'),
  key('sr_addr_sk'),
  key('sr_store_sk'),
  key('sr_reason_sk'),
  { name: 'sr_ticket_number', type: 'int8', nullable: false },
  { name: 'sr_return_quantity', type: 'int4', recomputed: true },
  money('sr_return_amt'),
  money('sr_return_tax'),
  money('sr_return_amt_inc_tax'),
  money('sr_fee'),
  money('sr_return_ship_cost'),
  money('sr_refunded_cash'),
  money('sr_reversed_charge'),
  money('sr_store_credit'),
  money('sr_net_loss'),
]

const bits = (test: (column: Column) => boolean): number =>
  columns.reduce((mask, column, index) => (test(column) ? mask | (1 << index) : mask), 0)
const nullableBits = bits((column) => column.nullable !== false)
const keptBits = bits((column) => !column.recomputed)

/**
 * TPC-DS `store_returns` with a leading surrogate key: row n is the return of sale n. An UPDATE changes the quantity
 * and the fee, and recomputes what depends on them.
 */
export const storeReturns: TableDefinition = defineTable({
  name: 'store_returns_heap',
  key: 'sr_id',
  parent: { table: storeSales.name, on: { sr_item_sk: 'ss_item_sk', sr_ticket_number: 'ss_ticket_number' } },
  sequences: { ticket: 'sr_ticket_number' },
  columns,
  rows: (context) => new ReturnRows(context),
})

class ReturnRows implements RowSource {
  readonly #context: RowContext
  readonly #ranges: KeyRanges
  readonly #sale: SaleLines
  readonly #returns: Random
  readonly #updates: Random

  constructor(context: RowContext) {
    this.#context = context
    this.#ranges = keyRanges(context.scale)
    this.#sale = new SaleLines(context)
    this.#returns = new Random(context.seed, 'return')
    this.#updates = new Random(context.seed, 'update of a return')
  }

  fill(cells: Cell[], number: number, version: number): void {
    const sale = this.#sale
    const ranges = this.#ranges
    sale.load(number)
    const random = this.#returns.at(number)
    const otherCustomer = 1 + random.below(ranges.customers)
    cells[1] = sale.day + random.between(4, 180)
    cells[2] = random.between(28_799, 61_199)
    cells[3] = sale.item
    cells[4] = random.below(100) < 79 ? sale.customer : otherCustomer
    cells[5] = 1 + random.below(ranges.customerDemographics)
    cells[6] = 1 + random.below(ranges.householdDemographics)
    cells[7] = 1 + random.below(ranges.addresses)
    cells[8] = firstRevision(1 + random.below(ranges.stores / 2))
    cells[9] = 1 + random.below(ranges.reasons)
    cells[10] = sale.ticket
    const unitShipping = ((sale.listPrice * random.below(51)) / 100) | 0
    const cashPercent = random.below(101)
    const reversedPercent = 1 + random.below(100)
    let nullBits = drawNullBits(random, 700, this.#context.nulls) & nullableBits
    let quantity = sale.returnQuantity
    let fee = FEES.least + random.below(FEES.count)
    if (version > 0) {
      fee = walkFee(fee, random, version)
      quantity = 1 + this.#updates.at(number, version).below(quantity)
      nullBits &= keptBits
    }
    const amount = sale.salesPrice * quantity
    const tax = ((amount * sale.taxPercent) / 100) | 0
    cells[11] = quantity
    cells[12] = amount
    cells[13] = tax
    cells[14] = amount + tax
    cells[15] = fee
    cells[16] = unitShipping * quantity
    splitRefund(cells, amount, cashPercent, reversedPercent)
    cells[20] = unitShipping * quantity + tax + fee
    for (let column = 1; nullBits >>> column !== 0; column++) {
      if ((nullBits >>> column) & 1) cells[column] = null
    }
  }

  revise(cells: Cell[], number: number, version: number): void {
    reviseReturn(cells, this.#updates, number, version)
  }
}
