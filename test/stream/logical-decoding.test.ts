import { expect, test } from 'vitest'
import { createCdcStream } from '../../src/index.js'
import { openLogicalSlot } from '../support/logical-slot.js'
import { useSchema } from '../support/server.js'

test.each([
  ['one after the other', {}],
  ['of four writers', { writers: 4, rollback: 0.2 }],
  ['late and long', { lateCommit: 0.4, longTransaction: 10, writers: 2 }],
])('logical decoding reports the commits of the ledger, %s, run by run', async (_, overlap) => {
  const connection = await useSchema()
  await using slot = await openLogicalSlot(connection)
  await using stream = createCdcStream({
    target: connection,
    batchSize: 40,
    batches: 40,
    interval: 0,
    seed: 51,
    ratio: { insert: 50, update: 30, delete: 20 },
    ...overlap,
  })
  await stream.start()
  await stream.finished
  expect(await slot.expectLedger(stream)).toHaveLength(40)
})
