import type { Pool } from 'pg'
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { type CdcStream, type Change, type EventOf, storeReturns, storeSales } from 'vitest-cloudberry-cdc/engine'
import { matchCommit } from 'vitest-cloudberry-cdc/matchers'
import { shortened } from './support/shortened.js'

const test = withCdcStream({
  seed: 7,
  batchSize: 20,
  ratio: { insert: 60, update: 30, delete: 10 },
  ddl: ['CREATE TABLE sink (LIKE store_sales_heap)', 'CREATE TABLE return_sink (LIKE store_returns_heap)'],
})

/** Makes twenty commits and copies both tables, as a job does that makes no mistake. */
async function copyTables(stream: CdcStream, pool: Pool): Promise<void> {
  await stream.step(20)
  await pool.query('INSERT INTO sink SELECT * FROM store_sales_heap')
  await pool.query('INSERT INTO return_sink SELECT * FROM store_returns_heap')
}

/** The first change of a kind to a sale that nothing has changed since. */
function findChange(stream: CdcStream, kind: Change['kind']): Change & { readonly key: string } {
  const { ledger } = stream
  const changes = [...ledger.between(0, ledger.commit)].filter(({ table }) => table === 'store_sales_heap')
  return changes.find(
    (change) =>
      change.kind === kind &&
      change.commit < ledger.commit &&
      !changes.some(({ key, commit }) => key === change.key && commit > change.commit),
  )!
}

/** Keeps what a matcher says for the documentation. */
async function expectFailure(name: string, check: () => unknown): Promise<void> {
  const failure = await Promise.resolve()
    .then(check)
    .then(
      () => 'passed',
      (error: Error) => error.message,
    )
  await expect(shortened(failure)).toMatchFileSnapshot(`output/${name}.txt`)
}

const readSink = async (pool: Pool): Promise<Record<string, unknown>[]> =>
  (await pool.query<Record<string, unknown>>('SELECT * FROM sink')).rows

const insertRow = 'INSERT INTO sink SELECT * FROM json_populate_record(NULL::sink, $1)'

test('lost insert', async ({ cdcStream, cloudberry: { pool } }) => {
  await copyTables(cdcStream, pool)
  const { key } = findChange(cdcStream, 'insert')
  await pool.query('DELETE FROM sink WHERE ss_id = $1', [key])
  const rows = await readSink(pool)
  await expectFailure('lost-insert', () => expect(rows).toMatchCommit(cdcStream.table('store_sales_heap')))
})

test('lost update', async ({ cdcStream, cloudberry: { pool } }) => {
  await copyTables(cdcStream, pool)
  const { key, before } = findChange(cdcStream, 'update')
  await pool.query('DELETE FROM sink WHERE ss_id = $1', [key])
  await pool.query(insertRow, [JSON.stringify(before)])
  const rows = await readSink(pool)
  await expectFailure('lost-update', () => expect(rows).toMatchCommit(cdcStream.table('store_sales_heap')))
})

test('resurrected delete', async ({ cdcStream, cloudberry: { pool } }) => {
  await copyTables(cdcStream, pool)
  await pool.query(insertRow, [JSON.stringify(findChange(cdcStream, 'delete').before)])
  const rows = await readSink(pool)
  await expectFailure('resurrected-delete', () => expect(rows).toMatchCommit(cdcStream.table('store_sales_heap')))
})

test('wrong value', async ({ cdcStream, cloudberry: { pool } }) => {
  await copyTables(cdcStream, pool)
  const { key, before } = findChange(cdcStream, 'update')
  await pool.query('UPDATE sink SET ss_net_paid = $2 WHERE ss_id = $1', [key, before!['ss_net_paid']])
  const rows = await readSink(pool)
  await expectFailure('wrong-value', () => expect(rows).toMatchCommit(cdcStream.table('store_sales_heap')))
})

test('phantom', async ({ cdcStream, cloudberry: { pool } }) => {
  await copyTables(cdcStream, pool)
  await pool.query('INSERT INTO sink (ss_id, ss_item_sk, ss_ticket_number) VALUES (77777, 1, 1)')
  const rows = await readSink(pool)
  await expectFailure('phantom', () => expect(rows).toMatchCommit(cdcStream.table('store_sales_heap')))
})

test('duplicate', async ({ cdcStream, cloudberry: { pool } }) => {
  await copyTables(cdcStream, pool)
  const { key } = findChange(cdcStream, 'insert')
  await pool.query('INSERT INTO sink SELECT * FROM sink WHERE ss_id = $1', [key])
  const rows = await readSink(pool)
  await expectFailure('duplicate', () => expect(rows).toMatchCommit(cdcStream.table('store_sales_heap')))
})

test('torn transaction', async ({ cdcStream, cloudberry: { pool } }) => {
  await copyTables(cdcStream, pool)
  const rows = await cdcStream.read(async () => {
    await cdcStream.step()
    const changes = [...cdcStream.ledger.changes(cdcStream.ledger.commit)]
    const inserts = changes.filter(({ kind, table }) => kind === 'insert' && table === 'store_sales_heap')
    for (const { after } of inserts.slice(0, 3)) await pool.query(insertRow, [JSON.stringify(after)])
    return readSink(pool)
  })
  await expectFailure('torn-transaction', () => expect(rows).toMatchCommit(cdcStream.table('store_sales_heap')))
})

test('two tables of two commits', async ({ cdcStream, cloudberry: { pool } }) => {
  // #region torn
  await cdcStream.step(12)
  const rows = await cdcStream.read(async () => {
    const sales = await pool.query('SELECT * FROM store_sales_heap')
    await cdcStream.step() // a commit between the two statements of the job
    const returns = await pool.query('SELECT * FROM store_returns_heap')
    return { store_sales_heap: sales, store_returns_heap: returns }
  })
  // #endregion torn
  await expectFailure('torn-tables', () => expect(rows).toMatchCommit(cdcStream))
})

test('orphan row', async ({ cdcStream, cloudberry: { pool } }) => {
  await copyTables(cdcStream, pool)
  await pool.query('DELETE FROM sink WHERE ss_id = (SELECT min(sr_id) FROM return_sink)')
  const rows = {
    store_sales_heap: await readSink(pool),
    store_returns_heap: await pool.query('SELECT * FROM return_sink'),
  }
  await expectFailure('orphan-row', () => expect(rows).toMatchCommit(cdcStream))
})

test('out of order', async ({ cdcStream, cloudberry: { pool } }) => {
  await copyTables(cdcStream, pool)
  const rows = await readSink(pool)
  await expectFailure('out-of-order', () =>
    expect(rows).toMatchCommit(cdcStream.table('store_sales_heap'), { since: 15, until: 19 }),
  )
})

test('no convergence', async ({ cdcStream, cloudberry: { pool } }) => {
  await copyTables(cdcStream, pool)
  await cdcStream.step()
  await expectFailure(
    'no-convergence',
    () => expect(() => readSink(pool)).toConvergeTo(cdcStream.table('store_sales_heap'), { within: 2_000 }), // enough for one look on any machine
  )
})

test('a feed', async ({ cdcStream }) => {
  await cdcStream.step(5)
  const { ledger } = cdcStream
  const events: EventOf<'changes'>[] = []
  for await (const { commit, events: told } of cdcStream.commits({ format: 'changes' })) {
    events.push(...told)
    if (commit === ledger.commit) break
  }
  expect(events).toReplayTo(cdcStream.table('store_sales_heap'))
  const lost = events.findIndex(({ kind, table }) => kind === 'update' && table === 'store_sales_heap')
  await expectFailure('feed', () => expect(events.toSpliced(lost, 1)).toReplayTo(cdcStream.table('store_sales_heap')))
})

test('a feed that ends early', async ({ cdcStream }) => {
  await cdcStream.step(30)
  const events: EventOf<'changes'>[] = []
  for await (const { commit, events: told } of cdcStream.commits({ format: 'changes' })) {
    events.push(...told)
    if (commit === 12) break
  }
  await expectFailure('feed-ends-early', () => expect(events).toReplayTo(cdcStream.table('store_sales_heap')))
})

test('a feed that does not meet its snapshot', async ({ cdcStream }) => {
  await cdcStream.step(6)
  const { ledger } = cdcStream
  const reads = [...ledger.at(3).rows('store_sales_heap')].map((after) => ({
    op: 'r',
    before: null,
    after,
    source: { connector: 'postgresql', schema: cdcStream.connection.schema, table: 'store_sales_heap' },
  }))
  const events: EventOf<'debezium-postgres'>[] = []
  for await (const { commit, events: told } of cdcStream.commits({ format: 'debezium-postgres' })) {
    if (commit > 4) events.push(...told)
    if (commit === ledger.commit) break
  }
  await expectFailure('seam', () => expect([...reads, ...events]).toReplayTo(cdcStream.table('store_sales_heap')))
})

test('parts of a table', async ({ cdcStream, cloudberry: { pool } }) => {
  await cdcStream.step(5)
  // #region views
  const sales = cdcStream.table('store_sales_heap')
  expect(await pool.query('SELECT ss_id, ss_net_paid FROM store_sales_heap')).toMatchLatest(
    sales.columns(['ss_id', 'ss_net_paid']),
  )
  expect(await pool.query('SELECT * FROM store_sales_heap WHERE ss_quantity > 50')).toMatchLatest(
    sales.where(({ ss_quantity }) => Number(ss_quantity) > 50),
  )
  expect(
    await pool.query(`SELECT ss_store_sk, sum(ss_net_paid) AS ss_net_paid, count(*) AS lines
                        FROM store_sales_heap GROUP BY ss_store_sk`),
  ).toMatchLatest(sales.aggregate({ by: ['ss_store_sk'], sum: ['ss_net_paid'], count: 'lines' }))
  // #endregion views
})

test('one read after the other', async ({ cdcStream, cloudberry: { pool } }) => {
  await cdcStream.start()
  // #region since
  const sales = cdcStream.table('store_sales_heap')
  const before = await cdcStream.read(() => pool.query('SELECT * FROM store_sales_heap'))
  const { first } = matchCommit(before, sales, { fresh: true })!
  const after = await cdcStream.read(() => pool.query('SELECT * FROM store_sales_heap'))
  expect(after).toMatchCommit(sales, { since: first }) // a replica may be old, but does not go back
  // #endregion since
  expect(first).toBeGreaterThan(0)
})

test('what the ledger knows', async ({ cdcStream }) => {
  await cdcStream.step(20)
  // #region ledger
  const { ledger } = cdcStream
  const last = ledger.commit // the number of the last commit
  const count = ledger.at(12).count('store_sales_heap') // rows after commit 12
  const sums = ledger.at(12).sums('store_sales_heap') // of every column with numbers
  const fingerprint = ledger.at(12).fingerprint('store_sales_heap') // does not depend on the order of the rows
  const rows = [...ledger.at(12).rows('store_sales_heap')] // as pg returns them
  const changes = [...ledger.between(12, 20)] // of the commits 13 to 20
  const history = [...ledger.row('store_sales_heap', '5').history()]
  // #endregion ledger
  expect({ last, count, fingerprint }).toEqual({
    last: 20,
    count: rows.length,
    fingerprint: expect.stringMatching(/^[\da-f]{32}$/) as string,
  })
  expect(sums['ss_quantity']).toMatch(/^\d+$/)
  expect(new Set(changes.map(({ commit }) => commit))).toEqual(new Set([13, 14, 15, 16, 17, 18, 19, 20]))
  expect(history.length).toBeGreaterThan(0)
  expect([storeSales.name, storeReturns.name]).toEqual(ledger.tables)
})
