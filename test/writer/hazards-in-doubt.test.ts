import { expect, test } from 'vitest'
import { createCdcStream } from '../../src/index.js'
import type { Batch } from '../../src/plan/batch.js'
import { planRows } from '../../src/plan/table-rows.js'
import { outcomesOf, wasCommitted } from '../../src/writer/read-back.js'
import { TableWriter } from '../../src/database/postgres/table-writer.js'
import { cdcError } from '../support/cdc-error.js'
import { createOwnTables } from '../support/existing-rows.js'
import { outcomesReadBack } from '../support/lost-answers.js'
import { planInput } from '../support/plan-inputs.js'
import { planBatches } from '../support/planned-batches.js'
import { openStrikingWire } from '../support/striking-wire.js'
import { restartableServer } from '../support/restartable-server.js'
import { useClient, useSchema } from '../support/server.js'

const BUSY = {
  batchSize: 40,
  interval: 0,
  ratio: { insert: 45, update: 30, delete: 25 },
  hazards: { hotKeys: 0.5, sameKeyChains: 0.5, reinsert: 0.3, noopUpdates: 0.3 },
  createTables: true,
} as const

test.each([
  ['reached the server', true],
  ['was lost', false],
])('the answer to the COMMIT of chains is lost, the COMMIT %s: the rows tell', async (_, forward) => {
  const outcomes = await outcomesReadBack(await useSchema(), forward, { ...BUSY, batches: 20, seed: 21 })
  expect(outcomes.length).toBeGreaterThan(8)
  expect(new Set(outcomes)).toEqual(new Set([forward]))
})

test('a crash right after the COMMIT of chains was sent: every batch is there exactly once', async () => {
  await using server = await restartableServer()
  await using wire = await openStrikingWire(server.connection)
  wire.onCommit = (count) => {
    if (count % 3 !== 0 || count > 15) return undefined
    return { forward: true, act: () => server.stop('immediate').then(() => server.start()) }
  }
  await using stream = createCdcStream({ ...BUSY, target: wire.connection, batches: 15, seed: 22 })
  await stream.start()
  expect(await stream.finished).toMatchObject({ commits: 15, resolved: 5 })
  expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
})

test('a batch is one outcome a row: before its first change, after its last', () => {
  const run = (kind: 'insert' | 'update' | 'delete', versions: number[], before?: number[]) => ({
    kind,
    table: 0,
    numbers: versions.map((_, i) => i + 1),
    versions,
    ...(before && { before }),
  })
  const of = (...runs: ReturnType<typeof run>[]): unknown => outcomesOf(runs).get(1)
  expect(of(run('insert', [0]))).toEqual({ before: undefined, after: 0 })
  expect(of(run('insert', [3]))).toEqual({ before: undefined, after: 3 })
  expect(of(run('update', [3]))).toEqual({ before: 2, after: 3 })
  expect(of(run('update', [3], [3]))).toEqual({ before: 3, after: 3 })
  expect(of(run('delete', [3]))).toEqual({ before: 3, after: undefined })
  expect(of(run('insert', [0]), run('update', [1]), run('delete', [1]))).toEqual({
    before: undefined,
    after: undefined,
  })
  expect(of(run('update', [3]), run('update', [4]))).toEqual({ before: 2, after: 4 })
  expect(of(run('update', [3], [3]), run('delete', [3]))).toEqual({ before: 3, after: undefined })
  expect(of(run('delete', [3]), run('insert', [4]))).toEqual({ before: 3, after: 4 })
})

test('every batch is told apart from no batch, and a part of it is refused', async () => {
  const connection = await useSchema()
  const client = await useClient(connection)
  await createOwnTables(client, connection.schema)
  const input = planInput({ ...BUSY, seed: 23 })
  const rows = planRows(input)
  const writers = rows.map((one) => new TableWriter(one, connection.schema))
  const ask = (batch: Batch): Promise<boolean> => wasCommitted(client, batch, rows, connection.schema)
  const write = async (runs: Batch['runs']): Promise<void> => {
    for (const run of runs) await writers[run.table]!.write(client, run)
  }
  for (const batch of planBatches(input, 25)) {
    expect(await ask(batch)).toBe(false)
    await client.query('BEGIN')
    await write(batch.runs.slice(0, 1))
    await expect(ask(batch)).rejects.toThrow(cdcError('ERR_CDC_WRITE', `batch ${batch.commit}`, 'whole'))
    await client.query('ROLLBACK')
    await write(batch.runs)
    expect(await ask(batch)).toBe(true)
  }
})

test('a batch that changes nothing that can be seen counts as committed', async () => {
  const connection = await useSchema()
  const client = await useClient(connection)
  await createOwnTables(client, connection.schema)
  const rows = planRows(planInput())
  const chain = (kind: 'insert' | 'update' | 'delete', version: number) =>
    ({ kind, table: 0, numbers: [1], versions: [version] }) as const
  const batch = { commit: 1, runs: [chain('insert', 0), chain('update', 1), chain('delete', 1)] }
  expect(await wasCommitted(client, batch, rows, connection.schema)).toBe(true)
})
