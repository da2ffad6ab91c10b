import { describe, expect, test } from 'vitest'
import { type CdcOptions, createCdcStream, type HazardOptions } from '../../src/index.js'
import { cdcError } from '../support/cdc-error.js'
import { createExistingTables, createOwnTables } from '../support/existing-rows.js'
import { openLogicalSlot } from '../support/logical-slot.js'
import { useSchema, withSchema } from '../support/server.js'
import { brokenRules, orphans } from '../support/sql-rules.js'

const EVERYTHING = { hotKeys: 0.8, sameKeyChains: 0.3, reinsert: 0.3, noopUpdates: 0.2 }

const cases: [string, HazardOptions, CdcOptions, number][] = [
  ['hot keys', { hotKeys: 1 }, { ratio: { insert: 10, update: 80, delete: 10 }, batchSize: 50 }, 0],
  ['chains', { sameKeyChains: 0.5 }, { ratio: { insert: 40, update: 20, delete: 40 }, batchSize: 200 }, 0],
  ['chains on existing rows', { sameKeyChains: 0.5 }, { ratio: { insert: 50, update: 50 }, batchSize: 30 }, 400],
  ['reinserted rows', { reinsert: 0.5 }, { ratio: { insert: 40, update: 20, delete: 40 }, batchSize: 20 }, 400],
  ['no-op UPDATEs', { noopUpdates: 0.5 }, { ratio: { insert: 30, update: 60, delete: 10 }, batchSize: 40 }, 400],
  ['everything', EVERYTHING, { ratio: { insert: 40, update: 20, delete: 40 }, batchSize: 7 }, 400],
  ['everything in large batches', EVERYTHING, { ratio: { insert: 40, update: 40, delete: 20 }, batchSize: 3000 }, 0],
  ['everything in the default mix', EVERYTHING, { batchSize: 200 }, 0],
  [
    'everything, overlapping and late',
    EVERYTHING,
    { ratio: 0.5, batchSize: 50, writers: 3, lateCommit: 0.3, rollback: 0.2, longTransaction: 4 },
    0,
  ],
  ['everything on sales', EVERYTHING, { ratio: 0.5, batchSize: 60, tables: 'sales' }, 0],
]

describe('tables equal the ledger and keep every rule', () => {
  test.each(cases)('%s', async (_, hazards, options, rows) => {
    await withSchema(async (client, connection) => {
      const { schema } = connection
      await (rows > 0 ? createExistingTables(client, schema, rows) : createOwnTables(client, schema))
      const batches = options.batchSize! > 1000 ? 4 : 40
      const given = { ...options, hazards, target: connection, interval: 0, batches, seed: 77 }
      await using stream = createCdcStream(given)
      await stream.start()
      const summary = await stream.finished
      expect(await stream.verify()).toMatchObject({ equal: true, commit: batches, differences: [] })
      for (const [table, counts] of Object.entries(summary.tables)) {
        const told = Array.from({ length: batches }, (_, i) => stream.ledger.counts(i + 1)[table]!)
        for (const kind of ['inserts', 'updates', 'deletes'] as const) {
          expect(told.reduce((sum, one) => sum + one[kind], 0)).toBe(counts[kind])
        }
      }
      const before = { sales: rows * 3, returns: Math.floor(rows / 4) * 5 }
      expect(await brokenRules(client, schema, before)).toEqual([])
      if (rows === 0 && options.tables === undefined) expect(await orphans(client, schema)).toBe(0)
    })
  })
})

test('the token of a run with hazards makes the same changes again', async () => {
  const hazards = { ...EVERYTHING, hotKeys: 0 }
  const made: string[][] = []
  let token = ''
  for (const again of [false, true]) {
    const target = await useSchema()
    const options = again ? { token } : { batches: 12, batchSize: 30, ratio: 0.5, seed: 53, hazards }
    await using stream = createCdcStream({ ...options, target, createTables: true, interval: 0 })
    await stream.start()
    token = (await stream.finished).token
    expect(await stream.verify()).toMatchObject({ equal: true, commit: 12 })
    made.push(stream.ledger.tables.map((table) => stream.ledger.at(12).fingerprint(table)))
  }
  expect(made[1]).toEqual(made[0])
  expect(() => createCdcStream({ token, hazards })).toThrow(cdcError('ERR_CDC_OPTIONS', '`token`', '`hazards`'))
})

test('logical decoding reports chains, no-op UPDATEs and rows that come back in the order of the ledger', async () => {
  const connection = await useSchema()
  await using slot = await openLogicalSlot(connection)
  await using stream = createCdcStream({
    target: connection,
    batchSize: 40,
    batches: 30,
    interval: 0,
    seed: 52,
    ratio: { insert: 50, update: 30, delete: 20 },
    hazards: EVERYTHING,
  })
  await stream.start()
  await stream.finished
  const transactions = await slot.expectLedger(stream)
  expect(transactions).toHaveLength(30)
  // A sale that is inserted, updated and deleted in one transaction leaves all three behind.
  const kinds = transactions.map((runs) => new Set(runs.map(([name]) => name)).size)
  expect(Math.max(...kinds)).toBe(6)
  expect(transactions.some((runs) => runs.length > 6)).toBe(true)
})
