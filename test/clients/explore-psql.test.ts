import { beforeAll, describe, expect, test } from 'vitest'
import { type InnerRun, runVitest } from '../support/vitest-run.js'
import { clients } from './clients.js'

/** Jobs as scripts of psql, for whose end the thread of the test is blocked: each with a fault that one commit shows, and without it. */
const SPEC = String.raw`
import { execFileSync } from 'node:child_process'
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'

const SALES = 'store_sales_heap'
const RETURNS = 'store_returns_heap'
const options = {
  batches: 30, batchSize: 20, interval: 0, seed: 7, ratio: { insert: 50, update: 30, delete: 20 },
  ddl: [
    'CREATE TABLE copy (LIKE store_sales_heap INCLUDING ALL)',
    'CREATE TABLE returns_copy (LIKE store_returns_heap INCLUDING ALL)',
    'CREATE TABLE mark (seen int8)',
    'INSERT INTO mark VALUES (0)',
  ],
}

/** psql sends one statement after the other. */
const psql = (job, script) =>
  execFileSync('psql', ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', '--file=-'], {
    input: script, encoding: 'utf8', env: { ...process.env, ...job.env },
  })

const jobTest = (name, base, work, when) =>
  base(name, async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    await explore(() => work({ cdcStream, job, pool }), when)
  })

const inSnapshot = (script) => 'BEGIN ISOLATION LEVEL REPEATABLE READ;' + script + 'COMMIT;'

/** What a script has copied, beside the tables that it has copied. */
const copies = (script) => async ({ cdcStream, job, pool }) => {
  const rows = await cdcStream.read(async () => {
    psql(job, script)
    return { [SALES]: await pool.query('SELECT * FROM copy'), [RETURNS]: await pool.query('SELECT * FROM returns_copy') }
  })
  expect(rows).toMatchCommit(cdcStream)
}
const BOTH = 'INSERT INTO copy SELECT * FROM store_sales_heap; INSERT INTO returns_copy SELECT * FROM store_returns_heap;'
const changes = withCdcStream(options)
jobTest('torn read: wrong', changes, copies(BOTH))
jobTest('torn read: right', changes, copies(inSnapshot(BOTH)))

/** Sales alone, by a script that runs as often as this; the last time it has to bring what the times before have missed. */
const copiesSales = (script, times) => async ({ cdcStream, job, pool }) => {
  for (let time = 1; time < times; time++) psql(job, script)
  const { rows } = await cdcStream.read(async () => {
    psql(job, script)
    return pool.query('SELECT * FROM copy')
  })
  expect(rows).toMatchCommit(cdcStream.table(SALES))
}
const NEWER = 'INSERT INTO copy SELECT * FROM store_sales_heap WHERE ss_id > (SELECT max(seen) FROM mark);'
const UP_TO = (table) => 'UPDATE mark SET seen = (SELECT coalesce(max(ss_id), 0) FROM ' + table + ');'
const MISSING = 'INSERT INTO copy SELECT * FROM store_sales_heap EXCEPT SELECT * FROM copy;'
const inserts = withCdcStream({ ...options, ratio: { insert: 1 } })
const late = withCdcStream({ ...options, ratio: { insert: 1 }, lateCommit: 0.5 })
jobTest('watermark: wrong', late, copiesSales(NEWER + UP_TO('copy'), 3), { late: true })
jobTest('watermark: right', late, copiesSales(MISSING, 3), { late: true })
jobTest('high-water mark: wrong', inserts, copiesSales(NEWER + UP_TO('store_sales_heap'), 2))
jobTest('high-water mark: right', inserts, copiesSales(NEWER + UP_TO('copy'), 2))

/** Totals that a trigger keeps, and that the job moves elsewhere. */
const totals = withCdcStream({ ...options, ratio: { insert: 1 }, ddl: [
  'CREATE TABLE totals (sales int8 NOT NULL, moved int8 NOT NULL)',
  'INSERT INTO totals VALUES (0, 0)',
  'CREATE FUNCTION count_sale() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE totals SET sales = sales + 1; RETURN NULL; END $$',
  'CREATE TRIGGER count_sale AFTER INSERT ON store_sales_heap FOR EACH ROW EXECUTE FUNCTION count_sale()',
] })
const moves = (script) => async ({ cdcStream, job, pool }) => {
  psql(job, script)
  // A commit that waited for the job's locks may come between the query and the look into the ledger.
  const totals = await cdcStream.read(() => pool.query('SELECT sales + moved AS all FROM totals'))
  const { since, until } = cdcStream.readWindow(totals)
  await cdcStream.reached(until)
  const counts = [cdcStream.ledger.at(since), cdcStream.ledger.at(until)].map((state) => state.count(SALES))
  expect(counts).toContain(Number(totals.rows[0].all))
}
const MOVE = 'UPDATE totals SET moved = moved + :sales, sales = 0;'
jobTest('lost update: wrong', totals, moves('SELECT sales FROM totals \\gset\n' + MOVE))
jobTest('lost update: right', totals, moves('BEGIN; SELECT sales FROM totals FOR UPDATE \\gset\n' + MOVE + 'COMMIT;'))

/** Copies by ranges of keys. */
const RANGES = [[0, 10], [11, 30], [31, 1000]].map(([from, to]) =>
  'INSERT INTO copy SELECT * FROM store_sales_heap WHERE ss_id BETWEEN ' + from + ' AND ' + to + ';').join('')
const deletes = withCdcStream({ ...options, ratio: { insert: 50, update: 0, delete: 50 } })
jobTest('key ranges: wrong', deletes, copiesSales(RANGES, 1))
jobTest('key ranges: right', deletes, copiesSales(inSnapshot(RANGES), 1))
`

const psql = clients.find(({ name }) => name === 'psql')!

/** By fault: the statement before which a commit shows it. */
const faults = [
  ['torn read', 'INSERT INTO returns_copy'],
  ['watermark', 'UPDATE mark'],
  ['high-water mark', 'UPDATE mark'],
  ['lost update', 'UPDATE totals'],
  ['key ranges', 'INSERT INTO copy'],
] as const

describe.skipIf(!psql.isInstalled)('a job in psql is explored while its test is blocked', () => {
  let run: InnerRun

  beforeAll(async () => {
    run = await runVitest({ files: { 'psql.spec.ts': SPEC }, config: 'testTimeout: 120_000,' })
  }, 300_000)

  const failuresOf = (name: string): readonly string[] => {
    const found = run.tests.find((each) => each.name === name)
    expect(found, run.output).toBeDefined()
    return found!.failures
  }

  test.each(faults)('%s is found', (fault, statement) => {
    const [failure = '', ...others] = failuresOf(`${fault}: wrong`)
    expect(others).toEqual([])
    const [head, place] = failure.split('\n')
    expect(head).toContain('PlaceError')
    expect(place).toContain(statement)
  })

  test.each(faults)('without it, the job is right at every place: %s', (fault) => {
    expect(failuresOf(`${fault}: right`)).toEqual([])
  })
})
