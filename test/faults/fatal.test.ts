import { expect, test } from 'vitest'
import { createCdcStream, matchCommit } from '../../src/index.js'
import { cdcError } from '../support/cdc-error.js'
import { useClient, useSchema } from '../support/server.js'

test('a full disk ends the stream with one error, and the tables equal the ledger', async () => {
  const connection = await useSchema()
  const client = await useClient(connection)
  const sales = `${connection.schema}.store_sales_heap`
  await using stream = createCdcStream({ target: connection, createTables: true, batchSize: 20, ratio: 0.4, seed: 3 })
  await stream.step(5)
  await client.query(
    `CREATE FUNCTION ${connection.schema}.disk_full() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
     CREATE TRIGGER disk_full BEFORE INSERT ON ${sales} FOR EACH STATEMENT EXECUTE FUNCTION ${connection.schema}.disk_full()`,
  )
  await expect(stream.step(3)).rejects.toThrow(cdcError('ERR_CDC_WRITE', 'batch 6', 'No space left on device'))
  await expect(stream.finished).rejects.toMatchObject({ code: 'ERR_CDC_WRITE', cause: { code: '53100' } })
  expect(stream.state).toBe('failed')
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 5 })
})

test('a thread that dies ends the stream with one error, and no batch is there in part', async () => {
  const connection = await useSchema()
  const client = await useClient(connection)
  await using stream = createCdcStream({
    target: connection,
    createTables: true,
    batchSize: 20,
    interval: 0,
    tables: [{ module: new URL('./exiting-table.ts', import.meta.url), export: 'exiting' }],
    ratio: 0.4,
    seed: 3,
  })
  await stream.start()
  await expect(stream.finished).rejects.toThrow(cdcError('ERR_CDC_WRITE', 'thread'))
  const { rows } = await client.query(`SELECT * FROM ${connection.schema}.exiting`)
  const { commit } = stream.ledger
  expect(commit).toBeGreaterThan(5)
  expect(matchCommit(rows, stream.table('exiting'), { since: commit })).toBeDefined()
})
