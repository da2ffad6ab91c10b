import { expect, test } from 'vitest'
import { createCdcStream, eventFormats, explainCommit, matchCommit, replayEvents } from '../../src/index.js'
import { useClient, useDatabase, useSchema } from '../support/server.js'
import { typedTable } from '../support/typed-table.js'

const options = {
  batches: 12,
  batchSize: 30,
  interval: 0,
  seed: 7,
  ratio: { insert: 50, update: 30, delete: 20 },
  tables: [typedTable],
  createTables: true,
} as const

test('a table with columns of all types, as the database, drivers and feeds have it', async () => {
  const target = await useSchema()
  const client = await useClient(target)
  // Whatever the server writes by itself, and in whatever zone.
  await client.query(`SET search_path = ${target.schema}`)
  await using stream = createCdcStream({ ...options, target, hazards: { reinsert: 0.2, sameKeyChains: 0.2 } })
  await stream.start()
  expect((await stream.finished).updates).toBeGreaterThan(50)
  expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })

  const table = stream.table(typedTable.name)
  const { rows } = await client.query(`SELECT * FROM ${typedTable.name}`)
  expect(explainCommit(rows, table)).toBeUndefined()
  await client.query(`SET TimeZone = 'Asia/Kolkata'; SET IntervalStyle = 'iso_8601'`)
  const names = typedTable.columns.map(({ name }) => `${name}::text`).join(', ')
  const texts = await client.query({ text: `SELECT ${names} FROM ${typedTable.name}`, rowMode: 'array' })
  expect(matchCommit(texts.rows, table)).toEqual({ first: 12, last: 12 })

  for (const format of eventFormats) {
    const events: object[] = []
    for await (const commit of stream.commits({ format })) events.push(...commit.events)
    expect(replayEvents(events, table).anomalies, format).toEqual([])
    expect(replayEvents(JSON.stringify(events), table).anomalies, format).toEqual([])
  }
})

test('in whatever zone the sessions of the load are, a run goes on from its token, and what stands there takes part', async () => {
  // Its zone is that of no other test.
  const target = await useDatabase()
  const client = await useClient(target)
  await client.query(`ALTER DATABASE ${target.database} SET TimeZone = 'America/St_Johns'`)
  let token: string | undefined
  {
    await using stream = createCdcStream({
      ...options,
      target,
      observe: (event) => {
        if (event.type === 'resumable') token = event.token
      },
    })
    await stream.step(5)
  }
  {
    // Looks for the commit that the tables are as, byte for byte.
    await using stream = createCdcStream({ target, tables: [typedTable], resume: token! })
    await stream.start()
    expect(await stream.finished).toMatchObject({ commits: options.batches })
    expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
  }
  await using again = createCdcStream({ ...options, target, seed: 8 })
  await again.start()
  await again.finished
  expect(again.ledger.at(0).count(typedTable.name)).toBeGreaterThan(50)
  expect(await again.verify()).toMatchObject({ equal: true, differences: [] })
})
