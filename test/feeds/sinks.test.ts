import { Client } from 'pg'
import { describe, expect, inject } from 'vitest'
import { eventFormats } from '../../src/events/feed-format.js'
import { readEvents } from '../../src/events/read-events.js'
import { explainCommit } from '../../src/match/rows/match-commit.js'
import { createTableSql } from '../../src/database/create-table.js'
import { withLoad, COMMITS, plainTables, tables } from './load.js'
import { MariadbSink } from './mariadb-sink.js'
import { mariadbRow, subscriptionRow } from './sink-rows.js'

const debian = inject('debian')
const mariadb = inject('mariadb')
const names = tables.map(({ name }) => name)
const [SALES = ''] = names

describe.skipIf(debian === undefined)(`${subscriptionRow.tool}, ${subscriptionRow.setting}`, () => {
  withLoad({})('follows a load, and loses nothing unseen', async ({ cdcStream, cloudberry }) => {
    const { pool, schema, connectionString } = cloudberry
    const { schema: _, ...place } = debian!
    const subscriber = new Client({ ...place, ssl: false })
    await subscriber.connect()
    const read = async (name: string): Promise<object[]> =>
      (await subscriber.query<object>(`SELECT * FROM ${schema}.${name}`)).rows
    const caughtUp = async (): Promise<void> => {
      const { rows } = await pool.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn() AS lsn')
      const sql = `SELECT replay_lsn >= $1 AS "isThere" FROM pg_stat_replication WHERE application_name = $2`
      const asked = async (): Promise<unknown> => (await pool.query(sql, [rows[0]!.lsn, schema])).rows
      await expect.poll(asked, { timeout: 20_000, interval: 20 }).toEqual([{ isThere: true }])
    }
    await pool.query(`CREATE PUBLICATION ${schema} FOR TABLE ${names.join(', ')}`)
    await subscriber.query(`CREATE SCHEMA ${schema}`)
    for (const table of tables) await subscriber.query(createTableSql(table, schema, 'postgres'))
    await cdcStream.start()
    await cdcStream.reached(8)
    await subscriber.query(`CREATE SUBSCRIPTION ${schema} CONNECTION '${connectionString}' PUBLICATION ${schema}`)
    try {
      for (let look = 0; look < 20; look++) {
        await cdcStream.reached(cdcStream.ledger.commit + 2)
        for (const name of names) expect(await read(name)).toMatchCommit(cdcStream.table(name), { lagging: true })
      }
      await cdcStream.pause()
      for (const name of names) await expect(() => read(name)).toConvergeTo(cdcStream.table(name), { within: 20_000 })
      const sales = await read(SALES)
      expect([...sales, sales[0]!]).not.toMatchCommit(cdcStream.table(SALES))

      // A row of the next commits that does not arrive.
      await subscriber.query(`
        CREATE FUNCTION ${schema}.lose() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER lose BEFORE INSERT ON ${schema}.${SALES} FOR EACH ROW
          WHEN (NEW.ss_id > ${Math.max(...sales.map((row) => Number((row as { ss_id: string }).ss_id)))})
          EXECUTE FUNCTION ${schema}.lose();
        ALTER TABLE ${schema}.${SALES} ENABLE REPLICA TRIGGER lose`)
      await cdcStream.step(5)
      await caughtUp()
      const damaged = await read(SALES)
      expect(damaged).not.toMatchCommit(cdcStream.table(SALES))
      expect(explainCommit(damaged, cdcStream.table(SALES), { fresh: true })?.counts['lost insert']).toBeGreaterThan(0)
    } finally {
      await subscriber.query(`DROP SUBSCRIPTION ${schema}`)
      await subscriber.query(`DROP SCHEMA ${schema} CASCADE`)
      await subscriber.end()
    }
  })
})

describe.skipIf(mariadb === undefined)('MariaDB as a sink', () => {
  const test = withLoad({ tables: plainTables, continuous: false, batches: COMMITS })
  for (const format of eventFormats) {
    test(mariadbRow(format).setting, async ({ cdcStream }) => {
      await cdcStream.start()
      const events: string[] = []
      for await (const commit of cdcStream.commits({ format })) {
        events.push(...commit.events.map((event) => JSON.stringify(event)))
      }
      await using sink = await MariadbSink.open(mariadb!, format)
      await sink.apply(events)
      for (const { name } of plainTables) expect(await sink.read(name)).toMatchLatest(cdcStream.table(name))

      const { lost, repeated } = damagesOf(events)
      await sink.apply(events.toSpliced(lost, 1))
      expect(await sink.read(SALES)).not.toMatchLatest(cdcStream.table(SALES))
      await sink.apply([...events, events[repeated]!])
      expect(await sink.read(SALES)).not.toMatchLatest(cdcStream.table(SALES))
    })
  }
})

/** An event whose row stays as it left it, and one after which its row was changed or deleted. */
function damagesOf(events: readonly string[]): { readonly lost: number; readonly repeated: number } {
  const changes = readEvents(events, { tables: plainTables }).filter(({ table }) => table === SALES)
  const keyOf = (change: (typeof changes)[number]): string => JSON.stringify(change.key)
  const lost = changes.findLast((change, index) => {
    return change.kind === 'insert' && !changes.slice(index + 1).some((later) => keyOf(later) === keyOf(change))
  })
  const repeated = changes.find((change, index) => {
    return (
      change.kind === 'insert' &&
      changes.slice(index + 1).findLast((later) => keyOf(later) === keyOf(change))?.kind === 'delete'
    )
  })
  return { lost: lost!.event, repeated: repeated!.event }
}
