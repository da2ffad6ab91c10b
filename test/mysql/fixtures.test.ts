import { expect, test } from 'vitest'
import { runVitest } from '../support/vitest-run.js'
import { sourceConnection, hasSource, useClient } from './source.js'

const onSource = test.runIf(hasSource)

const SPEC = `
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'

const test = withCdcStream({ batches: 40, batchSize: 20, interval: 5, ratio: { insert: 50, update: 30, delete: 20 }, seed: 6 })
const SALES = 'store_sales_heap'

test('reads are commits', async ({ cdcStream, mysql: { pool } }) => {
  await cdcStream.start()
  for (let read = 0; read < 5; read++) {
    const [rows] = await cdcStream.read(() => pool.query('SELECT * FROM ' + SALES))
    expect(rows).toMatchCommit(cdcStream.table(SALES))
    await cdcStream.reached(cdcStream.ledger.commit + 1)
  }
  await cdcStream.finished
  const [rows] = await pool.query('SELECT * FROM store_returns_heap')
  expect(rows).toMatchLatest(cdcStream.table('store_returns_heap'))
  expect(await cdcStream.verify()).toMatchObject({ equal: true })
})
test('what is wrong is named', async ({ cdcStream, mysql: { pool } }) => {
  await cdcStream.step(5)
  await pool.query('UPDATE store_sales_heap SET ss_quantity = 4711 ORDER BY ss_id LIMIT 1')
  const [rows] = await pool.query('SELECT * FROM ' + SALES)
  expect(rows).toMatchLatest(cdcStream.table(SALES))
})
test('between two commits', async ({ cdcStream, mysql }) => {
  await cdcStream.start()
  const commits = await cdcStream.during(async (connection) => {
    const [[{ name }]] = await connection.query('SELECT database() AS name')
    expect(name).toBe(mysql.database)
    await connection.query('ALTER TABLE store_sales_heap ADD COLUMN note text')
    const [rows] = await connection.query('SELECT ss_id, ss_quantity FROM ' + SALES)
    expect(rows).toMatchCommit(cdcStream.table(SALES).columns(['ss_id', 'ss_quantity']))
    return cdcStream.ledger.commit
  })
  await cdcStream.reached(commits + 3)
  await cdcStream.stop()
  expect(await cdcStream.verify()).toMatchObject({ equal: true })
})
test('what ends the stream', async ({ cdcStream }) => {
  await cdcStream.step(2)
  await expect(cdcStream.during((connection) => connection.query('ALTER TABLE store_sales_heap DROP COLUMN ss_quantity'))).rejects.toThrow(/ss_quantity/)
  await expect(cdcStream.finished).rejects.toThrow(/ss_quantity/)
})
test('a copy is audited', async ({ cdcStream, mysql: { pool } }) => {
  await pool.query('CREATE TABLE copies LIKE store_sales_heap')
  const grade = await cdcStream.audit(async () => {
    const [rows] = await pool.query('SELECT * FROM store_sales_heap')
    return rows
  }, { every: 20, of: cdcStream.table(SALES), while: () => cdcStream.finished })
  expect(grade, grade.because).toMatchObject({ grade: 'exact' })
})
test('SQL over the ledger, on an embedded PostgreSQL', async ({ cdcStream, mysql: { pool } }) => {
  await cdcStream.step(5)
  const [rows] = await pool.query('SELECT ss_store_sk AS store, count(*) AS sales, sum(ss_net_paid) AS paid FROM store_sales_heap GROUP BY 1')
  await expect(rows).toMatchLatest(cdcStream.query('SELECT ss_store_sk AS store, count(*) AS sales, sum(ss_net_paid) AS paid FROM store_sales_heap GROUP BY 1', { key: 'store' }))
})
test('no pool of pg', ({ cloudberry }) => { expect(() => cloudberry.pool).toThrow(/mysql/) })
test('no job', async ({ job }) => {})
`

onSource('tests of a run on MySQL: a database each, which goes with it', async () => {
  const { host, port, user, password } = sourceConnection()
  const before = await databases()
  const run = await runVitest({
    files: { 'source.spec.ts': SPEC },
    env: { CDC_URL: `mysql://${user}:${password}@${host}:${port}/`, CDC_TARGET: 'configured', CI: '' },
  })
  const status = Object.fromEntries(run.tests.map(({ name, status }) => [name, status]))
  expect(status, run.output).toEqual({
    'reads are commits': 'passed',
    'what is wrong is named': 'failed',
    'between two commits': 'passed',
    'what ends the stream': 'failed',
    'a copy is audited': 'passed',
    'SQL over the ledger, on an embedded PostgreSQL': 'passed',
    'no pool of pg': 'passed',
    'no job': 'failed',
  })
  expect(run.output).not.toContain(password)
  expect(await databases()).toEqual(before)
})

async function databases(): Promise<readonly string[]> {
  const client = await useClient()
  const { rows } = await client.query<{ Database: string }>('SHOW DATABASES')
  return rows.map(({ Database }) => Database).filter((name) => name.startsWith('cdc_'))
}
