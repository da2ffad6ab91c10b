import { Client } from 'pg'
import { expect, test } from 'vitest'
import { createCdcStream, matchCommit, openJob, type Row } from '../../src/index.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { useClient, useSchema } from '../support/server.js'

const SALES = 'store_sales_heap'

async function copyInTwo({ host, port, database, user, password, schema }: ConnectionOptions): Promise<void> {
  const client = new Client({ host, port, database, user, password })
  await client.connect()
  try {
    await client.query(`INSERT INTO ${schema}.copy SELECT * FROM ${schema}.${SALES} WHERE ss_id % 2 = 0`)
    await client.query(`INSERT INTO ${schema}.copy SELECT * FROM ${schema}.${SALES} WHERE ss_id % 2 = 1`)
  } finally {
    await client.end()
  }
}

test('a job is explored without Vitest, and its stream goes on afterwards', async () => {
  const connection = await useSchema()
  const client = await useClient(connection)
  const options = { batches: 20, batchSize: 20, interval: 0, ratio: { insert: 50, update: 30, delete: 20 } } as const
  await using stream = createCdcStream({ ...options, target: connection, createTables: true })
  {
    await using job = await openJob(stream)
    const { schema } = connection
    await client.query(`CREATE TABLE ${schema}.copy (LIKE ${schema}.${SALES})`)
    const exploration = job.explore(async () => {
      await copyInTwo(job.connection)
      const { rows } = await client.query<Row>(`SELECT * FROM ${schema}.copy`)
      expect(matchCommit(rows, stream.table(SALES))).toBeDefined()
    })
    await expect(exploration).rejects.toMatchObject({
      code: 'ERR_CDC_PLACE',
      message: expect.stringMatching(/statement 2\b/) as string,
      // What the body threw there, and not that the job never came there.
      cause: { name: 'AssertionError' },
    })
    expect(await job.stats()).toMatchObject({ statements: 2 })
    const { rows } = await client.query(`SELECT * FROM ${schema}.copy`)
    expect(rows).toEqual([])
  }
  const { rows: schemas } = await client.query(`SELECT FROM pg_namespace WHERE starts_with(nspname, $1)`, [
    `${connection.schema}_saved`,
  ])
  expect(schemas).toEqual([])
  await stream.start()
  await stream.finished
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 20 })
})

test('what breaks is tried without Vitest, and the place is told', async () => {
  const connection = await useSchema()
  const client = await useClient(connection)
  await using stream = createCdcStream({ batches: 5, batchSize: 5, target: connection, createTables: true })
  await using job = await openJob(stream)
  const count = `SELECT count(*) FROM ${connection.schema}.${SALES}`
  const strike = job.strike(async () => {
    const { host, port, database, user, password } = job.connection
    const own = new Client({ host, port, database, user, password })
    own.on('error', () => {})
    try {
      await own.connect()
      await own.query(count)
    } finally {
      await own.end()
    }
  })
  await expect(strike).rejects.toMatchObject({
    code: 'ERR_CDC_PLACE',
    message: expect.stringMatching(/statement 1\b[^]*cut-before, cut-after, 40001/) as string,
  })
  // The commits that came before each run are gone.
  expect((await client.query(count)).rows).toEqual([{ count: '0' }])
})

test('a test that looks at nothing notices no damage, without Vitest as well', async () => {
  const connection = await useSchema()
  const client = await useClient(connection)
  await using stream = createCdcStream({
    batches: 5,
    batchSize: 20,
    interval: 0,
    target: connection,
    createTables: true,
  })
  await using job = await openJob(stream)
  await client.query(`CREATE TABLE ${connection.schema}.copy (LIKE ${connection.schema}.${SALES})`)
  const mutation = job.mutate(() => copyInTwo(job.connection), {
    allow: [{ statement: '% 2 = 0', reason: 'even ones' }],
  })
  await expect(mutation).rejects.toMatchObject({
    code: 'ERR_CDC_SURVIVOR',
    message: expect.stringMatching(/% 2 = 1/) as string,
  })
  const noticed = await job.mutate(async () => {
    await copyInTwo(job.connection)
    const { rows } = await client.query<Row>(`SELECT * FROM ${connection.schema}.copy`)
    expect(rows).toHaveLength(stream.ledger.at().count(SALES))
  })
  expect(noticed).toMatchObject({ score: 1, runs: 4 })
  expect(noticed.mutants.map(({ status }) => status)).toEqual(['killed', 'killed', 'killed', 'killed'])
})
