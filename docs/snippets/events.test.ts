import { expect, test as plainTest } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import {
  createCdcStream,
  eventFormats,
  readEvents,
  renderEvents,
  storeReturns,
  storeSales,
} from 'vitest-cloudberry-cdc/engine'
import { withoutMostColumns } from './support/without-most-columns.js'

const test = withCdcStream({ batches: 10, batchSize: 20, ratio: { insert: 60, update: 30, delete: 10 } })

test('feeds a consumer with what its connector would send', async ({ cdcStream }) => {
  const consumed: string[] = []
  const consume = async (events: readonly unknown[]): Promise<void> =>
    void consumed.push(...events.map((event) => JSON.stringify(event)))
  // #region feed
  await cdcStream.start()
  for await (const { events } of cdcStream.commits({ format: 'debezium-postgres', faults: { duplicates: 0.1 } })) {
    await consume(events) // the consumer under test, at least once
  }
  // #endregion feed
  // #region read
  const changes = readEvents(consumed.join('\n'), { tables: [storeSales, storeReturns] }) // of any of the formats
  // #endregion read
  expect(changes.length).toBe(consumed.length)
  expect(consumed).toReplayTo(cdcStream.table('store_sales_heap'), { delivery: 'at-least-once' })
})

plainTest('an UPDATE in every format', async () => {
  const lines: string[] = []
  await using stream = createCdcStream({
    target: 'none',
    seed: 8,
    tables: 'returns',
    batches: 2,
    batchSize: 4,
    interval: 0,
    ratio: { insert: 50, update: 30, delete: 20 },
  })
  await stream.start()
  await stream.finished
  const changes = [...stream.ledger.changes(2)]
  for (const format of eventFormats) {
    const context = {
      commit: 2,
      changes,
      at: Date.UTC(2026, 0, 15, 10, 30, 15, 123),
      database: 'cdc',
      schema: 'tpcds',
      server: 'cdc',
      tables: [storeReturns],
    }
    const events = renderEvents(format, context).map((event) => JSON.stringify(event))
    const updates = events.filter((event) => /"(kind|op|type)":"(update|u|UPDATE|[-+]U)"/.test(event))
    lines.push(`// ${format}`, ...updates.map(withoutMostColumns))
  }
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('output/events.txt')
})
