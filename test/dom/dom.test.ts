import { expect, test } from 'vitest'
import { runVitest } from '../support/vitest-run.js'

const TABLES = `
import { defineTable } from 'vitest-cloudberry-cdc/engine'
export const things = defineTable({
  name: 'things', key: 'id',
  columns: [{ name: 'id', type: 'int8' }, { name: 'n', type: 'int4', recomputed: true }],
  rows: () => ({ fill(cells, number, version) { cells[1] = number * 10 + version } }),
})
`

const spec = (environment: string, tables: string): string => `// @vitest-environment ${environment}
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { things } from './tables.mjs'
const options = { batches: 20, batchSize: 50, interval: 0, ratio: { insert: 60, update: 25, delete: 15 } }
withCdcStream({ ...options, tables: ${tables} })('a stream', async ({ cdcStream, cloudberry: { pool } }) => {
  expect(typeof ${environment === 'node' ? 'process' : 'document'}).toBe('object')
  await cdcStream.start()
  await cdcStream.during((client) => client.query('SELECT 1'))
  const name = ${tables === "'both'" ? "'store_sales_heap'" : "'things'"}
  const rows = await cdcStream.read(async () => (await pool.query('SELECT * FROM ' + name)).rows)
  expect(rows).toMatchCommit(cdcStream.table(name))
  await cdcStream.finished
  await expect(async () => (await pool.query('SELECT * FROM ' + name)).rows).toConvergeTo(cdcStream.table(name))
  expect(await cdcStream.verify()).toMatchObject({ equal: true })
})
`

const home = 'test/dom'

test.for([
  ['happy-dom', 'tables', '[things]', true],
  ['jsdom', 'tables', '[things]', true],
  ['happy-dom', 'overlapping tables', '[things], writers: 3, lateCommit: 0.2', true],
  ['jsdom', 'a server of its own', '[things]', false],
  ['happy-dom', 'a server of its own', '[things]', false],
  ['happy-dom', 'the built-in tables', "'both'", true],
  ['jsdom', 'the built-in tables', "'both'", true],
] as const)('in %s, with %s', async ([environment, , tables, globalSetup]) => {
  const files = { 'tables.mjs': TABLES, 'dom.spec.js': spec(environment, tables) }
  const { tests, output } = await runVitest({ home, files, include: '*.spec.js', globalSetup })
  expect(
    tests.map(({ status }) => status),
    output,
  ).toEqual(['passed'])
  expect(output).not.toMatch(/MaxListeners|Unhandled/)
})

test.for([
  ['jsdom', 'failed'],
  ['happy-dom', 'failed'],
  ['node', 'passed'],
] as const)('in %s, a module that `new URL()` names: %s', async ([environment, outcome]) => {
  const tables = "[{ module: new URL('./tables.mjs', import.meta.url), export: 'things' }]"
  const files = { 'tables.mjs': TABLES, 'dom.spec.js': spec(environment, tables) }
  const { tests, output } = await runVitest({ home, files, include: '*.spec.js' })
  expect(
    tests.map(({ status }) => status),
    output,
  ).toEqual([outcome])
  if (outcome === 'passed') return
  expect(tests[0]?.failures.join()).toMatch(/^OptionsError: .*`http.*@vitest-environment node/)
})
