import { expect, test } from 'vitest'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { generateRows, known } from '../support/generated-rows.js'
import { QUANTILES, type ReferenceColumn, referenceColumns } from '../support/reference-statistics.js'
import { correlation, errorOfShare, Sample } from '../support/statistics.js'

// The figures are those of TPC-DS's own generator at scale factor 1 (`tpcds.md`, sections 4, 6 and 7), which are drawn,
// too: 2.88 million sales, 288,000 returns and 240,000 tickets. Ours are of rows 1 to 200,000 of seed 1, so nothing
// here is left to chance. Five standard errors are allowed.
const ROWS = 200_000
const LINES_PER_TICKET = 12
const ERRORS = 5
const rows = generateRows(ROWS, { seed: 1 })
const types = new Map([...storeSales.columns, ...storeReturns.columns].map(({ name, type }) => [name, type]))

/** Of what lines of a ticket share there are twelve times fewer draws. */
const BY_TICKET = new Set([
  'ss_sold_date_sk',
  'ss_sold_time_sk',
  'ss_customer_sk',
  'ss_cdemo_sk',
  'ss_hdemo_sk',
  'ss_addr_sk',
  'ss_store_sk',
  'sr_returned_date_sk',
  'sr_customer_sk',
])

/** A column in units of currency. */
function valuesOf(column: string): Float64Array {
  return types.get(column)!.startsWith('numeric') ? rows[column]!.map((cents) => cents / 100) : rows[column]!
}

function draws(column: string): { ours: number; theirs: number } {
  const lines = column.startsWith('ss_') ? 2_880_000 : 288_000
  return BY_TICKET.has(column) ? { ours: ROWS / LINES_PER_TICKET, theirs: 240_000 } : { ours: ROWS, theirs: lines }
}

function meanProblems({ column, mean, deviation }: ReferenceColumn, sample: Sample): string[] {
  const { ours, theirs } = draws(column)
  const error = deviation * Math.sqrt(1 / ours + 1 / theirs)
  // Figures are printed with six digits.
  const printed = Math.abs(mean) * 5e-6
  const far = Math.abs(sample.mean - mean) - printed
  return far > ERRORS * error ? [`mean ${sample.mean} is ${far / error} errors from ${mean}`] : []
}

function quantileProblems({ column, quantiles }: ReferenceColumn, sample: Sample): string[] {
  const { ours, theirs } = draws(column)
  return QUANTILES.flatMap((part, i) => {
    const { below, upTo } = sample.partsUpTo(quantiles[i]!)
    const allowed = ERRORS * errorOfShare(part, 1) * Math.sqrt(1 / ours + 1 / theirs)
    return below > part + allowed || upTo < part - allowed ? [`${part} quantile: ${below} to ${upTo}`] : []
  })
}

test.for(referenceColumns)('$column is as in TPC-DS', (reference) => {
  const { column } = reference
  const sample = new Sample(known(valuesOf(column)))
  const nulls = 1 - sample.size / ROWS
  const share = column.startsWith('ss_') ? 0.045 : 0.035
  if (reference.nulls === 0) expect(nulls).toBe(0)
  else expect(Math.abs(nulls - share)).toBeLessThan(ERRORS * errorOfShare(share, ROWS))
  expect(meanProblems(reference, sample)).toEqual([])
  expect(quantileProblems(reference, sample)).toEqual([])
  expect(sample.deviation / reference.deviation).toBeCloseTo(1, 1)
  expect(sample.least).toBeGreaterThanOrEqual(reference.least)
  expect(sample.most).toBeLessThanOrEqual(reference.most)
})

test('a column that is not as in TPC-DS is told', () => {
  const reference = referenceColumns.find(({ column }) => column === 'ss_quantity')!
  const quantities = known(rows['ss_quantity']!)
  expect(meanProblems(reference, new Sample(quantities.map((quantity) => quantity * 1.01)))).toHaveLength(1)
  expect(quantileProblems(reference, new Sample(quantities.map((quantity) => Math.max(3, quantity))))).toHaveLength(1)
})

// Whole numbers are drawn to the ends of their ranges.
test.for([
  ['ss_quantity', 1, 100],
  ['ss_promo_sk', 1, 300],
  ['ss_store_sk', 1, 10],
  ['sr_store_sk', 1, 10],
  ['sr_reason_sk', 1, 35],
  ['ss_wholesale_cost', 1, 100],
  ['sr_fee', 0.5, 100],
  ['sr_return_quantity', 1, 99],
  ['ss_hdemo_sk', 1, 7200],
] as const)('%s is %d to %d', ([column, least, most]) => {
  const sample = new Sample(known(valuesOf(column)))
  // 16,667 tickets do not meet all of 7,200 keys.
  const slack = column === 'ss_hdemo_sk' ? 10 : 0
  expect(sample.least).toBeLessThanOrEqual(least + slack)
  expect(sample.least).toBeGreaterThanOrEqual(least)
  expect(sample.most).toBeGreaterThanOrEqual(most - slack)
  expect(sample.most).toBeLessThanOrEqual(most)
})

function shareOf(columns: readonly string[], holds: (...values: number[]) => boolean): { share: number; size: number } {
  const values = columns.map((column) => rows[column]!)
  let [size, count] = [0, 0]
  for (let row = 0; row < ROWS; row++) {
    const cells = values.map((column) => column[row]!)
    if (cells.some((cell) => Number.isNaN(cell))) continue
    size += 1
    if (holds(...cells)) count += 1
  }
  return { share: count / size, size }
}

const zero = (value: number): boolean => value === 0
const equal = (a: number, b: number): boolean => a === b
const less = (a: number, b: number): boolean => a < b

// Sections 3, 4 and 6. The last figure is the number of values that theirs was found in.
test.for<[string, string, (...values: number[]) => boolean, number, number]>([
  ['coupon_amt > 0', 'ss_coupon_amt', (coupon) => coupon > 0, 0.1959, 2.75e6],
  ['sales_price = 0', 'ss_sales_price', zero, 0.0099, 2.75e6],
  ['sales_price = list_price', 'ss_sales_price ss_list_price', equal, 0.00999, 2.65e6],
  ['list_price = wholesale_cost', 'ss_list_price ss_wholesale_cost', equal, 0.00989, 2.65e6],
  ['ext_tax = 0', 'ss_ext_tax', zero, 0.1109, 2.75e6],
  ['net_paid = 0', 'ss_net_paid', zero, 0.01188, 2.75e6],
  ['net_profit < 0', 'ss_net_profit', (profit) => profit < 0, 0.7393, 2.75e6],
  ['sales_price < wholesale_cost', 'ss_sales_price ss_wholesale_cost', less, 0.691, 2.65e6],
  ['return_amt = 0', 'sr_return_amt', zero, 0.01, 2.7e5],
  ['refunded_cash = 0', 'sr_refunded_cash', zero, 0.0196, 2.7e5],
  ['reversed_charge = 0', 'sr_reversed_charge', zero, 0.0205, 2.7e5],
  ['store_credit = 0', 'sr_store_credit', zero, 0.0297, 2.7e5],
  ['return_ship_cost = 0', 'sr_return_ship_cost', zero, 0.0201, 2.7e5],
  ['return_quantity = quantity', 'sr_return_quantity ss_quantity', equal, 0.0518, 2.65e5],
  ['return_amt > net_paid', 'ss_net_paid sr_return_amt', less, 0.1051, 2.65e5],
  ['the same customer', 'sr_customer_sk ss_customer_sk', equal, 0.7892, 2.65e5],
  ['the same store', 'sr_store_sk ss_store_sk', equal, 0.1664, 2.65e5],
])('%s as often as in TPC-DS', ([, columns, holds, expected, theirs]) => {
  const { share, size } = shareOf(columns.split(' '), holds)
  const error = errorOfShare(expected, 1) * Math.sqrt(1 / size + 1 / theirs)
  // Shares are printed with three or four digits.
  expect(Math.abs(share - expected) - 0.00005 - expected * 0.0005).toBeLessThan(ERRORS * error)
})

test('a full coupon is one of a hundred', () => {
  const used = shareOf(['ss_coupon_amt', 'ss_ext_sales_price'], (coupon) => coupon > 0)
  const full = shareOf(['ss_coupon_amt', 'ss_ext_sales_price'], (coupon, price) => coupon > 0 && coupon === price)
  expect(Math.abs(full.share / used.share - 0.01006)).toBeLessThan(ERRORS * errorOfShare(0.01006, used.share * ROWS))
})

test('a return comes 4 to 180 days after the sale, each equally likely', () => {
  const [sold, returned] = [rows['ss_sold_date_sk']!, rows['sr_returned_date_sk']!]
  const lags = new Sample(known(returned.map((day, row) => day - sold[row]!)))
  expect(lags.least).toBe(4)
  expect(lags.most).toBe(180)
  expect(Math.abs(lags.mean - 92)).toBeLessThan((ERRORS * 51.15) / Math.sqrt(lags.size))
  expect(lags.deviation).toBeCloseTo(51.1, 0)
})

test('ext_discount_amt is the discount, by our own rule', () => {
  expect(
    shareOf(['ss_ext_discount_amt', 'ss_ext_list_price', 'ss_ext_sales_price'], (d, list, sales) => d === list - sales)
      .share,
  ).toBe(1)
  // The difference of TPC-DS's own means.
  const sample = new Sample(known(valuesOf('ss_ext_discount_amt')))
  expect(Math.abs(sample.mean - (3826.15 - 1914.57))).toBeLessThan((ERRORS * sample.deviation) / Math.sqrt(ROWS) + 2)
})

test.for([
  [storeSales, 0.09],
  [storeReturns, 0.07],
] as const)('NULLs of %s come by rows', ([{ columns }, flagged]) => {
  const nullable = columns.filter(({ nullable }) => nullable !== false).map(({ name }) => rows[name]!)
  let [rowsWithNulls, nulls, squares] = [0, 0, 0]
  for (let row = 0; row < ROWS; row++) {
    const count = nullable.reduce((sum, column) => sum + (Number.isNaN(column[row]!) ? 1 : 0), 0)
    if (count === 0) continue
    rowsWithNulls += 1
    nulls += count
    squares += count * count
  }
  expect(Math.abs(rowsWithNulls / ROWS - flagged)).toBeLessThan(ERRORS * errorOfShare(flagged, ROWS))
  // Of a flagged row every column is NULL with probability ½: binomial.
  const mean = nulls / rowsWithNulls
  expect(mean).toBeCloseTo(nullable.length / 2, 0)
  expect(squares / rowsWithNulls - mean ** 2).toBeCloseTo(nullable.length / 4, 0)
})

test('NULLs of two columns go together as in TPC-DS', () => {
  const isNull = (column: string): Float64Array => rows[column]!.map((value) => (Number.isNaN(value) ? 1 : 0))
  const pairs = [
    ['ss_sold_date_sk', 'ss_net_profit'],
    ['ss_customer_sk', 'ss_quantity'],
    ['ss_ext_tax', 'ss_coupon_amt'],
  ] as const
  for (const [a, b] of pairs) expect(Math.abs(correlation(isNull(a), isNull(b)) - 0.476)).toBeLessThan(0.02)
  // Of two tables they have nothing to do with each other.
  expect(Math.abs(correlation(isNull('ss_quantity'), isNull('sr_return_quantity')))).toBeLessThan(0.012)
})

test('lines per ticket are 8 to 16, each equally likely', () => {
  const lines = new Map<number, number>()
  for (const ticket of rows['ss_ticket_number']!.slice(0, 24 * 8000)) lines.set(ticket, (lines.get(ticket) ?? 0) + 1)
  expect(lines.size).toBe(16_000)
  for (let count = 8; count <= 16; count++) {
    const share = [...lines.values()].filter((value) => value === count).length / lines.size
    // Two tickets are one draw.
    expect(Math.abs(share - 1 / 9), `${count} lines`).toBeLessThan(ERRORS * errorOfShare(1 / 9, 8000))
  }
})

const MONTHS = [0.058, 0.0447, 0.0479, 0.0469, 0.0489, 0.0475, 0.0483, 0.1071, 0.1091, 0.1122, 0.1591, 0.1703]
const HOURS = { 8: 4, 9: 8, 10: 12, 11: 7, 12: 8, 13: 9, 14: 12, 15: 4, 16: 4, 17: 12, 18: 8, 19: 8, 20: 4 }

function sharesBy(column: string, classOf: (value: number) => number): Map<number, number> {
  const values = known(rows[column]!)
  const shares = new Map<number, number>()
  for (const value of values) shares.set(classOf(value), (shares.get(classOf(value)) ?? 0) + 1 / values.length)
  return shares
}

const dateOf = (day: number): Date => new Date((day - 2_440_588) * 86_400_000)

test('sales have the months, weekdays and hours of TPC-DS', () => {
  const tickets = ROWS / LINES_PER_TICKET
  const allowed = (share: number): number => ERRORS * errorOfShare(share, 1) * Math.sqrt(1 / tickets + 1 / 240_000)
  const months = sharesBy('ss_sold_date_sk', (day) => dateOf(day).getUTCMonth())
  MONTHS.forEach((share, month) => {
    expect(Math.abs(months.get(month)! - share), `month ${month + 1}`).toBeLessThan(allowed(share))
  })
  const weekdays = sharesBy('ss_sold_date_sk', (day) => dateOf(day).getUTCDay())
  for (let weekday = 0; weekday < 7; weekday++) {
    expect(Math.abs(weekdays.get(weekday)! - 1 / 7), `weekday ${weekday}`).toBeLessThan(allowed(1 / 7))
  }
  const hours = sharesBy('ss_sold_time_sk', (second) => Math.floor(second / 3600))
  expect([...hours.keys()].toSorted((a, b) => a - b)).toEqual(Object.keys(HOURS).map(Number))
  for (const [hour, percent] of Object.entries(HOURS)) {
    expect(Math.abs(hours.get(Number(hour))! - percent / 100), `hour ${hour}`).toBeLessThan(allowed(percent / 100))
  }
})

test('no sale on 2 March of a common year, and none before 2 January 1998', () => {
  const days = new Set(known(rows['ss_sold_date_sk']!))
  // With 16,667 tickets nearly all of the 1,823 days are met.
  expect(days.size).toBeGreaterThan(1700)
  for (const date of ['1998-03-02', '1999-03-02', '2001-03-02', '2002-03-02']) {
    expect(days.has(Date.parse(date) / 86_400_000 + 2_440_588), date).toBe(false)
  }
})

test('items have as many lines as their revisions are valid for', () => {
  const shares = sharesBy('ss_item_sk', (item) => item % 6)
  const expected = { 1: 0.333, 2: 0.2, 3: 0.134, 4: 0.133, 5: 0.133, 0: 0.067 }
  for (const [rest, share] of Object.entries(expected)) {
    expect(Math.abs(shares.get(Number(rest))! - share), rest).toBeLessThan(0.012)
  }
  expect([...sharesBy('ss_store_sk', (store) => store).keys()].toSorted((a, b) => a - b)).toEqual([1, 2, 4, 7, 8, 10])
})

test.for<[string, string, number]>([
  ['ss_quantity', 'ss_ext_sales_price', 0.477],
  ['ss_quantity', 'ss_ext_list_price', 0.632],
  ['ss_quantity', 'ss_ext_wholesale_cost', 0.659],
  ['ss_quantity', 'ss_net_profit', -0.27],
  ['ss_quantity', 'ss_list_price', 0],
  ['ss_wholesale_cost', 'ss_list_price', 0.93],
  ['ss_wholesale_cost', 'ss_sales_price', 0.619],
  ['ss_list_price', 'ss_sales_price', 0.666],
  ['ss_ext_sales_price', 'ss_net_paid', 0.945],
  ['ss_ext_sales_price', 'ss_coupon_amt', 0.306],
  ['ss_net_paid', 'ss_ext_tax', 0.776],
  ['ss_net_paid', 'ss_net_profit', 0.384],
  ['ss_ext_wholesale_cost', 'ss_net_profit', -0.41],
  ['ss_ext_list_price', 'ss_ext_sales_price', 0.755],
  ['sr_return_quantity', 'sr_return_amt', 0.579],
  ['sr_return_amt', 'sr_return_tax', 0.792],
  ['sr_return_amt', 'sr_refunded_cash', 0.818],
  ['sr_return_amt', 'sr_reversed_charge', 0.683],
  ['sr_return_amt', 'sr_store_credit', 0.678],
  ['sr_return_ship_cost', 'sr_net_loss', 0.995],
  ['sr_return_amt', 'sr_net_loss', 0.68],
  ['sr_fee', 'sr_net_loss', 0.038],
  ['sr_refunded_cash', 'sr_reversed_charge', 0.278],
])('%s and %s correlate as in TPC-DS', ([a, b, expected]) => {
  expect(Math.abs(correlation(rows[a]!, rows[b]!) - expected)).toBeLessThan(0.02)
})
