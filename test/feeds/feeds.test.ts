import { describe, expect, inject } from 'vitest'
import { replayEvents } from '../../src/match/replay-events.js'
import { type CapturedRow, capturedRows } from './captured-rows.js'
import { COMMITS, tables, withLoad } from './load.js'

const debian = inject('debian')
const names = tables.map(({ name }) => name)

for (const row of capturedRows) {
  describe.skipIf(row.server === 'debian' && debian === undefined)(
    `${row.tool}, ${row.version}, ${row.setting}`,
    () => {
      testRow(row)
    },
  )
}

function testRow({ server, identity, begin }: CapturedRow): void {
  const test = withLoad({
    ...(server === 'debian' && debian && { target: debian }),
    ddl: names.map((name) => `ALTER TABLE ${name} REPLICA IDENTITY ${identity}`),
  })

  test.for([0, 8])('from commit %i on', async (early, { cdcStream, cloudberry }) => {
    const { pool, schema } = cloudberry
    await pool.query(`CREATE PUBLICATION ${schema} FOR TABLE ${names.join(', ')}`)
    if (early > 0) {
      await cdcStream.start()
      await cdcStream.reached(early)
    }
    const capture = await begin(cloudberry)
    const from = cdcStream.ledger.commit
    expect(from).toBeGreaterThanOrEqual(early)
    if (early === 0) await cdcStream.start()
    await cdcStream.reached(from + COMMITS)
    await cdcStream.stop()
    const feed = await capture.end()
    for (const name of names) {
      const table = cdcStream.table(name)
      expect(feed.events).toReplayTo(table, { from })
      for (const kind of ['insert', 'update', 'delete'] as const) {
        const places = feed.placesOf(name, kind)
        expect(places.length).toBeGreaterThan(0)
        const place = places[Math.floor(places.length / 2)]!
        expect(feed.without(place)).not.toReplayTo(table, { from })
        expect(feed.doubled(place)).not.toReplayTo(table, { from })
        expect(replayEvents(feed.doubled(place), table, { from, delivery: 'at-least-once' }).anomalies).toEqual([])
      }
    }
  })
}
