import { expect, test } from 'vitest'
import { createCdcStream, explainCommit } from '../../src/index.js'
import { useClient, useDatabase } from '../support/server.js'
import { typedTable } from '../support/typed-table.js'
import { restoreZone, useZone } from '../support/zones.js'

restoreZone()

/** What a database, and with it each session, writes and takes by itself. */
const WRITTEN = [
  {
    TimeZone: 'Asia/Kolkata',
    DateStyle: 'German, DMY',
    IntervalStyle: 'sql_standard',
    bytea_output: 'escape',
    extra_float_digits: -15,
  },
  {
    TimeZone: 'Pacific/Apia',
    DateStyle: 'SQL, DMY',
    IntervalStyle: 'iso_8601',
    bytea_output: 'escape',
    extra_float_digits: 0,
  },
  {
    TimeZone: 'America/St_Johns',
    DateStyle: 'Postgres, MDY',
    IntervalStyle: 'postgres_verbose',
    bytea_output: 'hex',
    extra_float_digits: 3,
  },
]

/** How a job reads: the zone of its process, and the settings of its session. */
const READ = [
  ['Pacific/Apia', { TimeZone: 'Europe/London', DateStyle: 'ISO, DMY', bytea_output: 'escape' }],
  ['America/St_Johns', { TimeZone: 'Australia/Lord_Howe', DateStyle: 'ISO, YMD', bytea_output: 'hex' }],
  ['Asia/Kolkata', { TimeZone: 'America/Caracas', DateStyle: 'ISO, MDY', bytea_output: 'hex' }],
] as const

const statements = (settings: object, prefix: string): string =>
  Object.entries(settings)
    .map(([name, value]) => `${prefix} ${name} = '${value}'`)
    .join('; ')

test.each(WRITTEN)('written with $TimeZone, $DateStyle, $IntervalStyle, and read with others', async (written) => {
  const target = await useDatabase()
  const owner = await useClient(target)
  await owner.query(statements(written, `ALTER DATABASE ${target.database} SET`))
  await using stream = createCdcStream({
    target,
    tables: [typedTable],
    createTables: true,
    batches: 6,
    batchSize: 40,
    interval: 0,
    seed: 11,
    ratio: { insert: 50, update: 30, delete: 20 },
  })
  await stream.start()
  expect((await stream.finished).updates).toBeGreaterThan(20)
  expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
  const table = stream.table(typedTable.name)
  const texts = typedTable.columns.map(({ name }) => `${name}::text`).join(', ')
  for (const [zone, settings] of READ) {
    useZone(zone)
    const job = await useClient(target)
    await job.query(
      `RESET ALL; ${statements(settings, 'SET')}; SET IntervalStyle = 'postgres'; SET extra_float_digits = 1`,
    )
    const { rows } = await job.query(`SELECT * FROM ${target.schema}.${typedTable.name}`)
    expect(explainCommit(rows, table), zone).toBeUndefined()
    await job.query(`SET IntervalStyle = 'iso_8601'; SET bytea_output = 'hex'`)
    const copied = await job.query({
      text: `SELECT ${texts} FROM ${target.schema}.${typedTable.name}`,
      rowMode: 'array',
    })
    expect(explainCommit(copied.rows, table), `texts in ${settings.TimeZone}`).toBeUndefined()
  }
})
