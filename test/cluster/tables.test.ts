import { expect, test } from 'vitest'
import { createCdcStream } from '../../src/index.js'
import { detectDialect } from '../../src/database/postgres/detect-dialect.js'
import { useClient, useSchema } from '../support/server.js'
import { createTables, kinds, storagesOf } from './kinds.js'

const options = { batches: 12, batchSize: 200, interval: 0, ratio: { insert: 70, update: 20, delete: 10 } } as const

test.for(kinds)('tables that are $name: all kinds of changes, equal to the ledger', async (kind, { skip }) => {
  const connection = await useSchema()
  const client = await useClient()
  const { name } = await detectDialect(client)
  const isThere = kind.storage === undefined || (await storagesOf(client)).has(kind.storage)
  skip(!isThere || (name === 'postgres' && !kind.postgres), 'The server has no such tables.')
  await createTables(client, connection.schema, kind, name)
  await using stream = createCdcStream({ ...options, target: connection, seed: 31 })
  await stream.start()
  expect(await stream.finished).toMatchObject({ commits: 12, changes: 4800 })
  expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
})

test.each([
  ['INSERTs only', { insert: 1 }],
  ['all kinds of changes', { insert: 70, update: 20, delete: 10 }],
] as const)('transactions overlap on fresh tables, or take turns and say so: %s', async (_, ratio) => {
  const connection = await useSchema()
  const warnings: string[] = []
  await using stream = createCdcStream({
    ...options,
    ratio,
    createTables: true,
    writers: 4,
    target: connection,
    seed: 32,
    observe: (event) => void (event.type === 'warning' && warnings.push(event.message)),
  })
  await stream.start()
  expect(await stream.finished).toMatchObject({ commits: 12, retries: 0 })
  const turns = warnings.filter((message) => message.includes('take turns'))
  expect(turns.length).toBe(
    Object.keys(ratio).length > 1 && warnings.some((text) => text.includes('detector is off')) ? 1 : 0,
  )
  expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
})

test('late commits and long transactions of INSERTs on fresh tables', async () => {
  const connection = await useSchema()
  const overlap = { writers: 2, lateCommit: 0.3, longTransaction: 3, createTables: true } as const
  await using stream = createCdcStream({ ...options, ...overlap, ratio: { insert: 1 }, target: connection, seed: 33 })
  await stream.start()
  expect(await stream.finished).toMatchObject({ commits: 12 })
  expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
})
