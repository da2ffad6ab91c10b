import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import type { Change } from 'vitest-cloudberry-cdc/engine'
import { copyAboveWatermark } from '../src/copy-above-watermark.js'
import { CREATE_SALES_COPY } from '../src/sales-copy.js'
import { keysThatDiffer, readCopy, sourceAt } from './sales.js'

const test = withCdcStream({
  tables: 'sales',
  continuous: true,
  batchSize: 100,
  interval: 10,
  ratio: { insert: 70, update: 20, delete: 10 },
  ddl: CREATE_SALES_COPY,
})

describe('the watermark job', () => {
  test('loses the UPDATEs and DELETEs of all rows that it has copied', async ({ cdcStream, cloudberry }) => {
    await cdcStream.step(10)
    await copyAboveWatermark(cloudberry.pool)
    await cdcStream.step(10)
    await copyAboveWatermark(cloudberry.pool)

    const copied = sourceAt(cdcStream, 10)
    const source = sourceAt(cdcStream)
    const changes = Array.from({ length: 10 }, (_, index) => [...cdcStream.ledger.changes(11 + index)]).flat()
    const deleted = keysOf(changes, 'delete').filter((key) => copied.has(key))
    // Where the columns that an UPDATE sets are NULL, nothing shows.
    const shows = (key: string): boolean => source.has(key) && source.get(key) !== copied.get(key)
    const updated = keysOf(changes, 'update').filter((key) => copied.has(key) && shows(key))
    expect(deleted.length).toBeGreaterThan(0)
    expect(updated.length).toBeGreaterThan(0)

    const copy = await readCopy(cloudberry.pool)
    expect(keysThatDiffer(source, copy).missing).toEqual([])
    expect(keysThatDiffer(source, copy).different.toSorted()).toEqual(updated.toSorted())
    expect(keysThatDiffer(copy, source).missing.toSorted()).toEqual(deleted.toSorted())
  })

  test('loses them while the load runs, too, however often it is started', async ({ cdcStream, cloudberry }) => {
    await cdcStream.start()
    for (let run = 1; run <= 6; run++) {
      await copyAboveWatermark(cloudberry.pool)
      await cdcStream.reached(cdcStream.ledger.commit + 4)
    }
    await cdcStream.stop()
    await copyAboveWatermark(cloudberry.pool)

    const { ledger } = cdcStream
    const changes = Array.from({ length: ledger.commit }, (_, index) => [...ledger.changes(index + 1)]).flat()
    const copy = await readCopy(cloudberry.pool)
    const source = sourceAt(cdcStream)
    const stale = keysThatDiffer(source, copy).different
    const gone = keysThatDiffer(copy, source).missing
    expect(stale.length).toBeGreaterThan(0)
    expect(gone.length).toBeGreaterThan(0)
    expect(keysOf(changes, 'update')).toEqual(expect.arrayContaining(stale))
    expect(keysOf(changes, 'delete')).toEqual(expect.arrayContaining(gone))
    expect(await cdcStream.verify()).toMatchObject({ equal: true })
  })

  test('loses a row that is committed late', async ({ cdcStream, cloudberry }) => {
    const late = await cloudberry.pool.connect()
    try {
      await late.query('BEGIN')
      await late.query('INSERT INTO store_sales_heap (ss_id, ss_item_sk, ss_ticket_number) VALUES (0, 1, 0)')
      await cdcStream.step()
      await copyAboveWatermark(cloudberry.pool)
      await late.query('COMMIT')
    } finally {
      late.release()
    }
    await copyAboveWatermark(cloudberry.pool)

    const { rows } = await cloudberry.pool.query('SELECT ss_id FROM store_sales_heap WHERE ss_id = 0')
    expect(rows).toEqual([{ ss_id: '0' }])
    expect((await readCopy(cloudberry.pool)).has('0')).toBe(false)
  })
})

function keysOf(changes: readonly Change[], kind: Change['kind']): string[] {
  return [...new Set(changes.filter((change) => change.kind === kind).map(({ key }) => key))]
}
