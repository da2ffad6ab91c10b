import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Cell } from '../../src/tables/column.js'
import { storeSales } from '../../src/tables/store-sales.js'
import type { RowContext } from '../../src/tables/table-definition.js'
import { runs, seeds } from '../support/arbitraries.js'
import { rowContext } from '../support/plan-inputs.js'
import { cellsOf, named, type NamedCells } from '../support/row-rules.js'

const SHARED = [
  'ss_sold_date_sk',
  'ss_sold_time_sk',
  'ss_customer_sk',
  'ss_cdemo_sk',
  'ss_hdemo_sk',
  'ss_addr_sk',
  'ss_store_sk',
]

function salesOf(context: RowContext, from: number, count: number): NamedCells[] {
  const source = storeSales.rows(context)
  return Array.from({ length: count }, (_, i) => named(storeSales, cellsOf(storeSales, source, from + i, 0)))
}

function byTicket(sales: readonly NamedCells[]): NamedCells[][] {
  const tickets = new Map<Cell | undefined, NamedCells[]>()
  for (const sale of sales) {
    const ticket = sale['ss_ticket_number']
    tickets.set(ticket, [...(tickets.get(ticket) ?? []), sale])
  }
  return [...tickets.values()]
}

test('two consecutive tickets hold 24 lines, each 8 to 16', () => {
  const property = fc.property(seeds(), fc.integer({ min: 0, max: 1e9 }), (seed, pair) => {
    const tickets = byTicket(salesOf(rowContext({ seed }), 24 * pair + 1, 24))
    expect(tickets.map(([line]) => line!['ss_ticket_number'])).toEqual([2 * pair + 1, 2 * pair + 2])
    for (const lines of tickets) {
      expect(lines.length).toBeGreaterThanOrEqual(8)
      expect(lines.length).toBeLessThanOrEqual(16)
    }
  })
  fc.assert(property, runs(200))
})

test.for(['tpcds', 'none'] as const)('lines of a ticket share the ticket, with nulls %s', (nulls) => {
  for (const lines of byTicket(salesOf(rowContext({ seed: 9, nulls }), 1, 5000))) {
    for (const column of SHARED) {
      const known = lines.map((line) => line[column]).filter((value) => value !== null)
      expect(new Set(known).size, column).toBeLessThanOrEqual(1)
    }
  }
})

test('different tickets differ in everything', () => {
  const tickets = byTicket(salesOf(rowContext({ nulls: 'none' }), 1, 2400))
  for (const column of SHARED) {
    const least = column === 'ss_store_sk' ? 6 : 140
    expect(new Set(tickets.map(([line]) => line![column])).size, column).toBeGreaterThanOrEqual(least)
  }
})

test('(item, ticket) is unique', () => {
  const property = fc.property(seeds(), fc.constantFrom(1, 100), (seed, scale) => {
    const keys = salesOf(rowContext({ seed, scale }), 1, 5000).map(
      (sale) => `${String(sale['ss_item_sk'])}/${String(sale['ss_ticket_number'])}`,
    )
    expect(new Set(keys).size).toBe(5000)
  })
  fc.assert(property, runs(5))
})

test('tickets are numbered from above the largest that was there', () => {
  const [first] = salesOf(rowContext({ sequences: { ticket: 2 ** 33 } }), 1, 1)
  expect(first!['ss_ticket_number']).toBe(2 ** 33 + 1)
  const [far] = salesOf(rowContext(), 24 * 2 ** 33 + 1, 1)
  expect(far!['ss_ticket_number']).toBe(2 ** 34 + 1)
})

test('a business date is the date of every sale, and changes nothing else but items with later revisions', () => {
  const drawn = salesOf(rowContext({ nulls: 'none' }), 1, 500)
  const dated = salesOf(rowContext({ nulls: 'none', businessDay: 2_460_000 }), 1, 500)
  dated.forEach((sale, i) => {
    expect(sale['ss_sold_date_sk']).toBe(2_460_000)
    const ignored = { ss_sold_date_sk: 0, ss_item_sk: 0 }
    expect({ ...sale, ...ignored }).toEqual({ ...drawn[i], ...ignored })
  })
})
