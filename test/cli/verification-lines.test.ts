import { expect, test } from 'vitest'
import { verificationLines } from '../../src/cli/output/summary-lines.js'
import type { RowDifference } from '../../src/ledger/verification.js'

const different = (key: number): RowDifference => ({
  table: 'store_sales_heap',
  key: `${key}`,
  kind: 'different',
  columns: [
    { column: 'ss_quantity', expected: '4', actual: null },
    { column: 'ss_store_sk', expected: null, actual: '7' },
  ],
})

const differing = { equal: false, commit: 9, rows: { store_sales_heap: 1800, store_returns_heap: 1 } }

test('each kind of difference has words of its own', () => {
  const kinds = ['missing', 'unexpected', 'duplicate'] as const
  const others = kinds.map((kind, index) => ({ table: 't', key: `${index + 1}`, kind, columns: [] }))
  const lines = verificationLines({ ...differing, differing: 4, differences: [different(17), ...others] })
  expect(new Set(lines.map(({ level }) => level))).toEqual(new Set(['error']))
  expect(lines.map(({ message }) => message)).toEqual([
    'The database differs from the ledger after batch 9: 4 rows of store_sales_heap (1800 rows) and store_returns_heap (1 row)',
    'store_sales_heap 17: ss_quantity expected 4, got NULL; ss_store_sk expected NULL, got 7',
    't 1: the ledger has this row, the table does not',
    't 2: the table has this row, the ledger does not',
    't 3: the table has this key more than once',
  ])
})

test('only the first differing rows are written out', () => {
  const differences = Array.from({ length: 20 }, (_, index) => different(index))
  const lines = verificationLines({ ...differing, differing: 1000, differences })
  expect(lines).toHaveLength(12)
  expect(lines.at(-1)?.message).toBe('… and 990 more rows')
})
