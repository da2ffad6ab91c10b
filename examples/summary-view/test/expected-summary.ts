import type { Row } from 'vitest-cloudberry-cdc/engine'
import { UNKNOWN } from '../src/dimensions.js'
import type { StoreDay } from '../src/summary-view.js'

/** The summary of these sales, computed without a database. */
export function expectedSummary(sales: Iterable<Row>): StoreDay[] {
  const groups = new Map<
    string,
    { store: number; day: number; sales: number; quantity: number; paid: number; profit: number }
  >()
  for (const sale of sales) {
    const store = Number(sale['ss_store_sk'] ?? UNKNOWN)
    const day = Number(sale['ss_sold_date_sk'] ?? UNKNOWN)
    const group = groups.get(`${store} ${day}`) ?? { store, day, sales: 0, quantity: 0, paid: 0, profit: 0 }
    groups.set(`${store} ${day}`, group)
    group.sales += 1
    group.quantity += Number(sale['ss_quantity'])
    group.paid += cents(sale['ss_net_paid_inc_tax'])
    group.profit += cents(sale['ss_net_profit'])
  }
  return [...groups.values()]
    .toSorted((a, b) => a.store - b.store || a.day - b.day)
    .map(({ store, day, sales: count, quantity, paid, profit }) => ({
      store,
      day,
      sales: String(count),
      quantity: String(quantity),
      paid: (paid / 100).toFixed(2),
      profit: (profit / 100).toFixed(2),
    }))
}

/** SUM leaves NULL out. Whole cents, because tenths and hundredths are no binary fractions. */
function cents(amount: unknown): number {
  return Math.round(Number(amount ?? 0) * 100)
}
