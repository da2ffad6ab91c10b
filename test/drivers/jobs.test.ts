import { setTimeout as delay } from 'node:timers/promises'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import Cursor from 'pg-cursor'
import postgres from 'postgres'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { createCdcStream, matchCommit, openJob, type Row, type StreamJob } from '../../src/index.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { pgConfig } from './driver.js'

/*
 * Jobs that take all sales through the memory of a driver, into a copy: by `postgres`, which prepares its statements and fetches by a cursor
 * of its own, and by `pg-cursor`.
 */

const SALES = 'store_sales_heap'
const READ = `SELECT s::text AS whole FROM ${SALES} s WHERE ss_id > $1 ORDER BY ss_id`
const WRITE = `INSERT INTO copy SELECT (whole::${SALES}).* FROM json_array_elements_text($1::text::json) AS whole`

type Job = (connection: ConnectionOptions) => Promise<void>
interface Found {
  readonly whole: string
}

const withSql =
  (work: (sql: postgres.Sql) => Promise<unknown>): Job =>
  async (connection) => {
    const sql = postgres({ ...pgConfig(connection), max: 1, connection: { search_path: connection.schema ?? '' } })
    try {
      await work(sql)
    } finally {
      await sql.end()
    }
  }

const byPostgres = withSql((all) =>
  all.begin('isolation level repeatable read', async (sql) => {
    await sql`DELETE FROM copy`
    const found: string[] = []
    for await (const rows of sql.unsafe<Found[]>(READ, [0], { prepare: true }).cursor(15)) {
      found.push(...rows.map(({ whole }) => whole))
    }
    await sql.unsafe(WRITE, [JSON.stringify(found)], { prepare: true })
  }),
)

/** In a process of its own. */
const inProcess: Job = async ({ host, port, database, user, password, schema }) => {
  const login = { PGHOST: host, PGPORT: `${port}`, PGDATABASE: database, PGUSER: user, PGPASSWORD: password }
  const env = { ...process.env, ...login, JOB_SCHEMA: schema }
  const script = fileURLToPath(new URL('copy-by-postgres.mjs', import.meta.url))
  await promisify(execFile)(process.execPath, [script], { env, timeout: 30_000 })
}

/** Reads and writes in two statements, which see two moments. */
const apart = withSql(async (sql) => {
  await sql`DELETE FROM copy`
  for (const rest of [0, 1]) await sql`INSERT INTO copy SELECT * FROM store_sales_heap WHERE ss_id % 2 = ${rest}`
})

const byCursor: Job = async (connection) => {
  const client = new pg.Client({ ...pgConfig(connection), options: `-c search_path=${connection.schema}` })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await client.query('DELETE FROM copy')
    const cursor = client.query(new Cursor<Found>(READ, [0]))
    const found: string[] = []
    for (let rows = await cursor.read(15); rows.length > 0; rows = await cursor.read(15)) {
      found.push(...rows.map(({ whole }) => whole))
    }
    await cursor.close()
    await client.query(WRITE, [JSON.stringify(found)])
    await client.query('COMMIT')
  } finally {
    await client.end()
  }
}

/** A stream in a schema of its own, a job on it, and what runs a job and looks at its copy. */
async function useJob(): Promise<{
  job: StreamJob
  check: (work: Job) => () => Promise<void>
  count: (work: Job) => () => Promise<void>
}> {
  const admin = new pg.Client(pgConfig(inject('postgres')))
  await admin.connect()
  const schema = `jobs_${randomBytes(6).toString('hex')}`
  await admin.query(`CREATE SCHEMA ${schema}`)
  const ratio = { insert: 60, update: 25, delete: 15 }
  const target = { ...inject('postgres'), schema }
  const stream = createCdcStream({ batches: 10, batchSize: 60, interval: 0, ratio, target, createTables: true })
  const job = await openJob(stream)
  onTestFinished(async () => {
    await job[Symbol.asyncDispose]()
    await stream[Symbol.asyncDispose]()
    await admin.query(`DROP SCHEMA ${schema} CASCADE`)
    await admin.end()
  })
  await admin.query(`CREATE TABLE ${schema}.copy (LIKE ${schema}.${SALES})`)
  await admin.query(`INSERT INTO ${schema}.copy (ss_id, ss_item_sk, ss_ticket_number) VALUES (-1, 1, 1)`)
  const copied = async (work: Job): Promise<{ rows: Row[]; since: number }> => {
    const since = stream.ledger.commit
    await work({ ...job.connection, schema })
    const { rows } = await admin.query<Row>(`SELECT * FROM ${schema}.copy`)
    return { rows, since }
  }
  return {
    job,
    check: (work) => async () => {
      const { rows, since } = await copied(work)
      expect(matchCommit(rows, stream.table(SALES), { since })).toBeDefined()
    },
    count: (work) => async () => {
      const { rows } = await copied(work)
      expect(rows.length).toBeGreaterThan(0)
    },
  }
}

const again =
  (work: Job): Job =>
  async (connection) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work(connection)
      } catch (error) {
        if (attempt === 10) throw error
        await delay(20)
      }
    }
  }

describe.each([
  ['postgres', byPostgres],
  ['pg-cursor', byCursor],
])('a job by %s', { timeout: 300_000 }, (_, work) => {
  test('is right wherever a commit falls, and its test notices each damage', async () => {
    const { job, check } = await useJob()
    const { runs } = await job.explore(check(work))
    expect(runs).toBeGreaterThan(4)
    const { score, mutants } = await job.mutate(check(work))
    expect(score).toBe(1)
    expect(mutants.filter(({ status }) => status === 'not viable')).toEqual([])
    expect(mutants.filter(({ status }) => status === 'killed').length).toBeGreaterThanOrEqual(8)
  })

  test('has a test that only counts: what that does not see survives', async () => {
    const { job, count } = await useJob()
    await expect(job.mutate(count(work))).rejects.toMatchObject({
      code: 'ERR_CDC_SURVIVOR',
      message: expect.stringMatching(/`SELECT s::text [^]*row 1 of \d+ left out/) as string,
    })
  })
})

describe('a job by postgres', { timeout: 300_000 }, () => {
  test('ends right with a second try, whatever breaks', async () => {
    const { job, check } = await useJob()
    const { runs, tried } = await job.strike(check(again(inProcess)), { requireAll: true })
    expect(tried).toBe(runs)
  })

  test('is told where it breaks without one', async () => {
    const { job, check } = await useJob()
    await expect(job.strike(check(inProcess))).rejects.toMatchObject({
      code: 'ERR_CDC_PLACE',
      message: expect.stringMatching(
        /^At connection 1 \(53300[^]*statement \d+, `commit`: commit-undone, commit-done, 40001, 40P01, 57014, 53300, restart$/m,
      ) as string,
    })
  })

  test('is told that it has no time-out, and is not waited for', async () => {
    const { job, check } = await useJob()
    await expect(job.strike(check(again(inProcess)), { faults: ['half-open'] })).rejects.toMatchObject({
      code: 'ERR_CDC_PLACE',
      message: expect.stringMatching(/\(half-open: /) as string,
    })
  })

  test('that reads at two moments is told the statement', async () => {
    const { job, check } = await useJob()
    await expect(job.explore(check(apart))).rejects.toMatchObject({
      code: 'ERR_CDC_PLACE',
      message: expect.stringMatching(/statement \d+, `INSERT INTO copy/) as string,
    })
  })
})
