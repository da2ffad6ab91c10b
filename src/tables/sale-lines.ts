import { drawSaleDay, drawSaleTime } from './calendar.js'
import { Random } from './random.js'
import { firstRevision, revisionOn } from './revision.js'
import { type KeyRanges, keyRanges } from './scale.js'
import type { RowContext } from './table-definition.js'

/** Two consecutive tickets share 24 lines, so that a line's ticket is found without a search. */
const LINES_PER_PAIR = 24

/**
 * What a sale was when it was made: line `number` of the stream of sales, with its ticket. `load()` fills the fields.
 * Sales and returns are both computed from it. Prices are cents, percents are whole.
 */
export class SaleLines {
  // The ticket: all its lines share these.
  ticket = 0
  day = 0
  time = 0
  customer = 0
  customerDemographics = 0
  householdDemographics = 0
  address = 0
  store = 0
  // The line.
  item = 0
  promotion = 0
  quantity = 0
  wholesaleCost = 0
  listPrice = 0
  salesPrice = 0
  couponPercent = 0
  taxPercent = 0
  /** How many pieces its return takes back, if it ever has one. At least one less than 100. */
  returnQuantity = 0
  /** Bit c is set where column c is NULL when inserted. */
  nullBits = 0
  /** By how much the quantity moves with each UPDATE. Only after `loadStep()`. */
  quantityStep = 0

  readonly #context: RowContext
  readonly #ranges: KeyRanges
  readonly #items: number
  readonly #firstTicket: number
  readonly #pairs: Random
  readonly #tickets: Random
  readonly #lines: Random
  #pair = -1
  #split = 0
  #ticketIndex = -1
  #firstItem = 0
  #itemStep = 0

  constructor(context: RowContext) {
    this.#context = context
    this.#ranges = keyRanges(context.scale)
    this.#items = this.#ranges.items / 2
    this.#firstTicket = (context.sequences['ticket'] ?? 0) + 1
    this.#pairs = new Random(context.seed, 'pair of tickets')
    this.#tickets = new Random(context.seed, 'ticket')
    this.#lines = new Random(context.seed, 'sale')
  }

  load(number: number): void {
    const line = this.#findTicket(number)
    const random = this.#lines.at(number)
    this.item = revisionOn(1 + ((this.#firstItem + line * this.#itemStep) % this.#items), this.day)
    this.promotion = 1 + random.below(this.#ranges.promotions)
    this.quantity = 1 + random.below(100)
    this.wholesaleCost = 100 + random.below(9_901)
    this.listPrice = ((this.wholesaleCost * (100 + random.below(101))) / 100) | 0
    this.salesPrice = ((this.listPrice * (100 - random.below(101))) / 100) | 0
    this.couponPercent = drawCouponPercent(random)
    this.taxPercent = random.below(10)
    this.returnQuantity = Math.min(1 + random.below(this.quantity), 99)
    this.nullBits = drawNullBits(random, 900, this.#context.nulls)
  }

  /** To be called after `load()`, where an UPDATE is to be computed. */
  loadStep(): void {
    this.quantityStep = this.#lines.stepThrough(101 - this.returnQuantity)
  }

  /** Loads the ticket of a line and returns the line's place in it. */
  #findTicket(number: number): number {
    const index = number - 1
    const pair = Math.floor(index / LINES_PER_PAIR)
    if (pair !== this.#pair) {
      this.#pair = pair
      this.#split = 8 + this.#pairs.at(pair).below(9)
    }
    const place = index - pair * LINES_PER_PAIR
    const second = place >= this.#split
    const ticket = 2 * pair + (second ? 1 : 0)
    if (ticket !== this.#ticketIndex) this.#loadTicket(ticket)
    return second ? place - this.#split : place
  }

  #loadTicket(index: number): void {
    this.#ticketIndex = index
    this.ticket = this.#firstTicket + index
    const random = this.#tickets.at(index)
    const drawnDay = drawSaleDay(random)
    this.day = this.#context.businessDay ?? drawnDay
    this.time = drawSaleTime(random)
    this.customer = 1 + random.below(this.#ranges.customers)
    this.customerDemographics = 1 + random.below(this.#ranges.customerDemographics)
    this.householdDemographics = 1 + random.below(this.#ranges.householdDemographics)
    this.address = 1 + random.below(this.#ranges.addresses)
    this.store = firstRevision(1 + random.below(this.#ranges.stores / 2))
    this.#firstItem = random.below(this.#items)
    this.#itemStep = random.stepThrough(this.#items)
  }
}

/** A coupon is used on 20 % of the lines, for 0 to 100 % of their price. */
export function drawCouponPercent(random: Random): number {
  const percent = random.below(101)
  return random.below(100) < 20 ? percent : 0
}

/** A row is flagged in so many cases of 10,000; every column of a flagged row is NULL with probability ½. */
export function drawNullBits(random: Random, flaggedOf10000: number, nulls: RowContext['nulls']): number {
  const flagged = random.below(10_000) < flaggedOf10000
  const bits = random.next()
  return flagged && nulls === 'tpcds' ? bits | 0 : 0
}
