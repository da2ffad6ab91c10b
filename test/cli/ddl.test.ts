import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createCdcStream, type TableDefinition } from '../../src/index.js'
import { useClient, useSchema } from '../support/server.js'
import { runCli, useFolder } from './support/cli-process.js'
import { expectOneLine, type Named } from './support/expect-one-line.js'
import { runHere } from './support/run-here.js'

const engine = new URL('../../src/index.ts', import.meta.url).href

/** Children before their parents, and with SQL of their own. */
const MODULE = `
import { defineTable } from '${engine}'
export const notes = 'no table'
export const lines = defineTable({
  name: 'odd lines', key: 'id', parent: { table: 'orders', on: { order: 'id' } }, sequences: { order: 'order' },
  columns: [{ name: 'id', type: 'int8' }, { name: 'order', type: 'int8' }, { name: 'n', type: 'int4', recomputed: true }],
  ddl: \`CREATE TABLE "odd lines" (id bigint PRIMARY KEY, "order" bigint REFERENCES orders, n int CHECK (n >= 0));\`,
  rows: ({ sequences }) => ({ fill(cells, number, version) { cells[1] = (sequences.order ?? 0) + number; cells[2] = version } }),
})
export const orders = defineTable({
  name: 'orders', key: 'id', sequences: { order: 'id' },
  columns: [{ name: 'id', type: 'int8' }, { name: 'total', type: 'numeric(8,2)', nullable: false, recomputed: true }],
  rows: () => ({ fill(cells, number, version) { cells[1] = version } }),
})
`

async function printed(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runHere(['ddl', ...args])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

test('what it prints makes the tables that a stream runs on', async () => {
  const { schema, ...target } = await useSchema()
  const client = await useClient()
  await client.query(await printed(['--schema', schema]))
  await using stream = createCdcStream({ target: { ...target, schema }, batches: 3, batchSize: 20, interval: 0 })
  await stream.start()
  await stream.finished
  expect(await stream.verify()).toMatchObject({ equal: true })
})

test('the tables of a module, parents first, in a schema that is not there', async () => {
  const cwd = await useFolder()
  await writeFile(join(cwd, 'tables.ts'), MODULE)
  const { schema, ...target } = await useSchema()
  const client = await useClient()
  await client.query(`DROP SCHEMA ${schema}`)
  const { code, stdout } = await runCli({ args: ['ddl', '--tables', 'tables.ts', '--schema', schema], cwd })
  expect(code).toBe(0)
  await client.query(stdout)
  const { lines, orders } = (await import(join(cwd, 'tables.ts'))) as Record<string, TableDefinition>
  await using stream = createCdcStream({
    target: { ...target, schema },
    tables: [lines!, orders!],
    batches: 3,
    batchSize: 20,
    interval: 0,
  })
  await stream.start()
  await stream.finished
  expect(await stream.verify()).toMatchObject({ equal: true })
})

test('some of the tables, for Cloudberry, in a schema whose name needs quotes', async () => {
  const sql = await printed(['--dialect', 'cloudberry', '--schema', 'My "one"', '--table', 'store_returns_heap'])
  expect(sql).toContain('CREATE TABLE "My ""one""".')
  expect(sql).toContain('USING heap DISTRIBUTED BY')
  expect(sql).not.toContain('store_sales_heap')
  expect(await printed(['--tables', 'sales'])).not.toMatch(/store_returns_heap|DISTRIBUTED/)
  expect(await printed([])).toContain('"tpcds".')
})

test.for<[string[], Named]>([
  [
    ['--dialect', 'oracle'],
    ['--dialect', '`oracle`', 'postgres', 'cloudberry', 'mysql'],
  ],
  [
    ['--table', 'orders'],
    ['--table', '`orders`', 'store_sales_heap', 'store_returns_heap'],
  ],
  [['--tables', 'nowhere.js'], ['nowhere.js']],
  [['--schema', ''], ['--schema']],
  [
    ['--schema', 'x'.repeat(64)],
    ['--schema', 63],
  ],
  [
    ['--seed', '5'],
    ['`ddl`', '--seed'],
  ],
])('%j is refused in one line', async ([args, line]) => {
  const result = await runHere(['ddl', ...args])
  expectOneLine(result, 2, line)
  expect(result.stdout).toBe('')
})
