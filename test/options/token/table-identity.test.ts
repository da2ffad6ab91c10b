import { expect, test } from 'vitest'
import { createCdcStream, OptionsError, type TableDefinition } from '../../../src/index.js'
import { resolveOptions } from '../../../src/options/resolve-options.js'
import { tableIdentity } from '../../../src/options/token/table-identity.js'
import { storeSales } from '../../../src/tables/store-sales.js'
import { orders } from '../../support/orders.js'

const options = resolveOptions({ seed: 3 })
const identity = (definition: TableDefinition): string => tableIdentity(definition, options)

/** The rows of the orders, with one cell as a function has it. */
function withCell(index: number, change: (cell: unknown, number: number) => unknown): TableDefinition {
  return {
    ...orders,
    rows: (context) => {
      const source = orders.rows(context)
      return {
        fill: (cells, number, version) => {
          source.fill(cells, number, version)
          cells[index] = change(cells[index], number) as never
        },
      }
    },
  }
}

test('the same rows are the same table, however they are computed', () => {
  const last = orders.columns.length - 1
  expect(identity(withCell(last, (cell) => cell))).toBe(identity(orders))
  let factor = 1
  const priced = withCell(last, (cell) => (typeof cell === 'number' ? cell * factor : `${String(cell)}${factor}`))
  const before = identity(priced)
  expect(identity(priced)).toBe(before)
  // What a function calls has changed, not its text.
  factor = 2
  expect(identity(priced)).not.toBe(before)
})

test('other columns, keys and seeds are others', () => {
  const [first, ...rest] = orders.columns
  const all = [
    identity(orders),
    identity({ ...orders, name: 'other' }),
    identity({ ...orders, columns: [first!, ...rest.map((column) => ({ ...column, nullable: !column.nullable }))] }),
    tableIdentity(orders, resolveOptions({ seed: 4 })),
    identity(storeSales),
    tableIdentity(storeSales, resolveOptions({ seed: 3, nulls: 'none' })),
    tableIdentity(storeSales, resolveOptions({ seed: 3, businessDate: '2001-02-03' })),
  ]
  expect(new Set(all).size).toBe(all.length)
})

test('shards of one stream have the same tables', () => {
  const [one, other] = [1, 2].map((shard) => resolveOptions({ seed: 3, shard: `${shard}/2` }))
  expect(tableIdentity(storeSales, one!)).toBe(tableIdentity(storeSales, other!))
})

test('a token is refused for tables with other rows, and taken for the same', async () => {
  await using stream = createCdcStream({ seed: 3, batches: 2, interval: 0, target: 'none', tables: [orders] })
  await stream.start()
  const { token } = await stream.finished
  const last = orders.columns.length - 1
  const replayed = async (tables: readonly TableDefinition[]): Promise<string> => {
    await using again = createCdcStream({ token, interval: 0, target: 'none', tables })
    await again.start()
    return (await again.finished).token
  }
  expect(await replayed([withCell(last, (cell) => cell)])).toBe(token)
  const changed = withCell(last, (cell, number) => (number === 10_000 ? 'another' : cell))
  await expect(replayed([changed])).rejects.toThrow(OptionsError)
})
