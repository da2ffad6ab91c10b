import { describe, expect, inject } from 'vitest'
import { type CapturedRow, capturedRows } from './captured-rows.js'
import { hasDebezium } from './debezium.js'
import { COMMITS, withLoad } from './load.js'

const debian = inject('debian')
const KINDS = ['insert', 'update', 'delete'] as const

capturedRows.forEach((row, turn) => {
  const isMissing = row.needsDebezium ? !hasDebezium() : row.server === 'debian' && debian === undefined
  describe.skipIf(isMissing)(`${row.tool}, ${row.version}, ${row.setting}`, () => {
    testRow(row, turn)
  })
})

/** @param turn which kind of change is lost and told twice in which table */
function testRow({ server, needsDebezium = false, identity, tables, begin }: CapturedRow, turn: number): void {
  const names = tables.map(({ name }) => name)
  const test = withLoad({
    tables,
    ...(server === 'debian' && debian && { target: debian }),
    ddl: names.map((name) => `ALTER TABLE ${name} REPLICA IDENTITY ${identity}`),
  })

  // A JVM takes seconds to begin.
  const beginnings = needsDebezium && turn > 0 ? [0] : [0, 8]
  test.for(beginnings)('from commit %i on', { timeout: 120_000 }, async (early, { cdcStream, cloudberry }) => {
    const { pool, schema } = cloudberry
    await pool.query(`CREATE PUBLICATION ${schema} FOR TABLE ${names.join(', ')}`)
    if (early > 0) {
      await cdcStream.start()
      await cdcStream.reached(early)
    }
    const capture = await begin(cloudberry)
    const from = early === 0 ? 0 : cdcStream.ledger.commit
    if (early === 0) await cdcStream.start()
    await cdcStream.reached(from + COMMITS)
    await cdcStream.stop()
    const feed = await capture.end()
    names.forEach((name, index) => {
      const table = cdcStream.table(name)
      expect(feed.events).toReplayTo(table, { from })
      if (early === 0) return
      const places = feed.placesOf({ schema, name }, KINDS[(index + turn) % KINDS.length]!)
      expect(places.length).toBeGreaterThan(0)
      const place = places[Math.floor(places.length / 2)]!
      expect(feed.without(place)).not.toReplayTo(table, { from })
      expect(feed.doubled(place)).not.toReplayTo(table, { from })
      expect(feed.doubled(place)).toReplayTo(table, { from, delivery: 'at-least-once' })
    })
  })
}
