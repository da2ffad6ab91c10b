import { expect, test } from 'vitest'
import {
  createCdcStream,
  defineTable,
  eventFormats,
  matchCommit,
  Random,
  replayEvents,
  type TableDefinition,
} from '../../src/index.js'
import { cdcError } from '../support/cdc-error.js'
import { useClient, useSchema } from '../support/server.js'

const MOODS = ["it's good", 'bad']

/** What tables of users have and those of TPC-DS have not: a key of four bytes, an enum, texts of a length, a uuid. */
const visits: TableDefinition = defineTable({
  name: 'visits',
  key: 'id',
  sequences: { ticket: 'ticket' },
  columns: [
    { name: 'id', type: 'int4', nullable: false },
    { name: 'mood', type: 'text', enumType: 'Mood', recomputed: true },
    { name: 'before', type: 'text', enumType: 'Mood', nullable: false },
    { name: 'code', type: 'text', recomputed: true },
    { name: 'country', type: 'text' },
    { name: 'token', type: 'text', nullable: false },
    { name: 'ticket', type: 'int4' },
  ],
  ddl: `CREATE TYPE "Mood" AS ENUM ('it''s good', 'bad');
    CREATE TABLE visits (id int PRIMARY KEY, mood "Mood", before "Mood" NOT NULL, code varchar(6), country char(2),
      token uuid NOT NULL UNIQUE, ticket int UNIQUE, note text DEFAULT 'x');
    CREATE INDEX ON visits (mood);\n`,
  rows({ seed, sequences }) {
    const random = new Random(seed, 'visits')
    return {
      fill(cells, number, version) {
        random.at(number, version)
        cells[1] = random.below(5) === 0 ? null : random.pick(MOODS)
        cells[2] = MOODS[number % 2]!
        cells[3] = `🙂${random.below(100_000)}`
        cells[4] = number % 3 === 0 ? null : 'CH'
        cells[5] = `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`
        cells[6] = sequences['ticket']! + number
      },
    }
  },
})

test('a stream on a table that its `ddl` creates, as matchers and feeds see it', async () => {
  const target = await useSchema()
  const options = { batches: 15, batchSize: 30, interval: 0, ratio: { insert: 50, update: 30, delete: 20 } }
  const hazards = { hotKeys: 0.3, sameKeyChains: 0.2, reinsert: 0.2 }
  await using stream = createCdcStream({ ...options, hazards, target, tables: [visits], createTables: true })
  await stream.start()
  expect((await stream.finished).updates).toBeGreaterThan(60)
  expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })

  const client = await useClient({ ...target })
  const { rows } = await client.query(`SELECT * FROM ${target.schema}.visits`)
  expect(typeof rows[0].id).toBe('number')
  const table = stream.table('visits')
  expect(matchCommit(rows, table)).toEqual({ first: 15, last: 15 })
  for (const format of eventFormats) {
    const events: object[] = []
    for await (const commit of stream.commits({ format })) events.push(...commit.events)
    expect(replayEvents(events, table).anomalies, format).toEqual([])
  }
})

test('the rows that stand there count: keys and sequences of four bytes go on from them, as far as there is room', async () => {
  const target = await useSchema()
  const client = await useClient()
  await client.query(`SET search_path TO ${target.schema}; ${visits.ddl}`)
  await client.query(`INSERT INTO visits (id, before, token, ticket) VALUES (77, 'bad', gen_random_uuid(), 5000)`)
  const options = { target, tables: [visits], batches: 2, batchSize: 5, interval: 0, seed: 1 }
  await using stream = createCdcStream(options)
  await stream.start()
  await stream.finished
  const { rows } = await client.query('SELECT id, ticket FROM visits ORDER BY id LIMIT 2')
  expect(rows).toEqual([
    { id: 77, ticket: 5000 },
    { id: 78, ticket: 5001 },
  ])

  await client.query('UPDATE visits SET ticket = 2100000000 WHERE id = 77')
  await using other = createCdcStream(options)
  await expect(other.start()).rejects.toThrow(
    cdcError('ERR_CDC_TARGET', `\`${target.schema}.visits.ticket\``, '2^31', 2_100_000_000),
  )
})

test('`ddl` that makes another table is one clear error', async () => {
  const ddl = 'CREATE TABLE visit (id int PRIMARY KEY)'
  const tables = [{ ...visits, ddl }]
  const target = await useSchema()
  await using stream = createCdcStream({ target, tables, createTables: true })
  await expect(stream.start()).rejects.toThrow(
    cdcError('ERR_CDC_TARGET', '`ddl`', '`visits`', `\`${target.schema}.visits\``, 'no such table'),
  )
})

test('`ddl` that fails is one clear error', async () => {
  const tables = [{ ...visits, ddl: 'CREATE TABLE visits (id int PRIMARY KEY, mood "Mood")' }]
  const target = await useSchema()
  await using stream = createCdcStream({ target, tables, createTables: true })
  await expect(stream.start()).rejects.toThrow(cdcError('ERR_CDC_TARGET', `\`${target.schema}.visits\``, '"Mood"'))
})

test('without `ddl`, the table has the enum that is named, and an enum is expected there', async () => {
  const target = await useSchema()
  const client = await useClient()
  await client.query(`CREATE TYPE ${target.schema}."Mood" AS ENUM ('it''s good', 'bad')`)
  const { ddl: _, ...plain } = visits
  await using stream = createCdcStream({ target, tables: [plain], batches: 3, interval: 0, createTables: true })
  await stream.start()
  await stream.finished
  expect(await stream.verify()).toMatchObject({ equal: true })

  await client.query(`ALTER TABLE ${target.schema}.visits ALTER mood TYPE text`)
  await using other = createCdcStream({ target, tables: [plain] })
  await expect(other.start()).rejects.toThrow(
    cdcError('ERR_CDC_TARGET', `\`${target.schema}.visits.mood\``, 'Mood', 'text'),
  )
})

test('`during` leaves a table with an enum of its schema as it was', async () => {
  const target = await useSchema()
  await using stream = createCdcStream({ batchSize: 20, interval: 0, target, tables: [visits], createTables: true })
  await stream.step(2)
  await stream.during((client) => client.query('ALTER TABLE visits ADD COLUMN added text'))
  await stream.step(2)
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 4 })
})
