import { expect, test } from 'vitest'
import { keyRanges, SCALE_FACTORS } from '../../src/tables/scale.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { cdcError } from '../support/cdc-error.js'
import { generateRows } from '../support/generated-rows.js'
import { rowContext } from '../support/plan-inputs.js'

// Table 3-2 of the TPC-DS specification: customers, addresses, items, promotions, stores, reasons.
const ROWS: Readonly<Record<number, readonly number[]>> = {
  1: [100_000, 50_000, 18_000, 300, 12, 35],
  10: [500_000, 250_000, 102_000, 500, 102, 45],
  100: [2_000_000, 1_000_000, 204_000, 1000, 402, 55],
  300: [5_000_000, 2_500_000, 264_000, 1300, 804, 60],
  1000: [12_000_000, 6_000_000, 300_000, 1500, 1002, 65],
  3000: [30_000_000, 15_000_000, 360_000, 1800, 1350, 67],
  10000: [65_000_000, 32_500_000, 402_000, 2000, 1500, 70],
  30000: [80_000_000, 40_000_000, 462_000, 2300, 1704, 72],
  100000: [100_000_000, 50_000_000, 502_000, 2500, 1902, 75],
}

test('knows the scale factors of TPC-DS, and no others', () => {
  expect(SCALE_FACTORS.toSorted((a, b) => a - b)).toEqual(Object.keys(ROWS).map(Number))
  for (const scale of [0, 2, -1, 0.5, Number.NaN]) {
    const refused = cdcError('ERR_CDC_OPTIONS', '`scale`', ...SCALE_FACTORS, `\`${scale}\``)
    expect(() => keyRanges(scale)).toThrow(refused)
    expect(() => storeSales.rows(rowContext({ scale }))).toThrow(refused)
  }
})

test.for(SCALE_FACTORS)('scale %d sets the ranges of all keys', (scale) => {
  const [customers, addresses, items, promotions, stores, reasons] = ROWS[scale]! as [number, ...number[]]
  const tops: Readonly<Record<string, number>> = {
    ss_item_sk: items!,
    ss_customer_sk: customers,
    ss_cdemo_sk: 1_920_800,
    ss_hdemo_sk: 7200,
    ss_addr_sk: addresses!,
    ss_store_sk: stores!,
    ss_promo_sk: promotions!,
    sr_customer_sk: customers,
    sr_cdemo_sk: 1_920_800,
    sr_hdemo_sk: 7200,
    sr_addr_sk: addresses!,
    sr_store_sk: stores!,
    sr_reason_sk: reasons!,
  }
  const values = generateRows(6000, { scale, nulls: 'none' })
  // 500 tickets: the highest of so many draws is below 96 % once in 10^9 cases.
  for (const [column, top] of Object.entries(tops)) {
    expect(Math.min(...values[column]!), column).toBeGreaterThanOrEqual(1)
    expect(Math.max(...values[column]!), column).toBeLessThanOrEqual(top)
    expect(Math.max(...values[column]!) / top, column).toBeGreaterThan(column.endsWith('store_sk') ? 0.8 : 0.96)
  }
})
