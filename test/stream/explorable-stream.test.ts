import { expect, onTestFinished, test } from 'vitest'
import type { CdcOptions, ScriptRun } from '../../src/index.js'
import { resolveOptions } from '../../src/options/resolve-options.js'
import type { ExplorableStream } from '../../src/stream/explorable-stream.js'
import { explorableOf, RerunnableStream } from '../../src/stream/rerunnable-stream.js'
import { clockedTable } from '../support/clocked-tables.js'
import { useClient, useSchema } from '../support/server.js'

const SALES = 'store_sales_heap'
const EVER = Number.MAX_SAFE_INTEGER

async function useStream(options: Partial<CdcOptions>): Promise<{
  readonly stream: RerunnableStream
  readonly explored: ExplorableStream
  readonly ids: () => Promise<readonly number[]>
}> {
  const target = await useSchema()
  const client = await useClient(target)
  const given = { batches: 40, batchSize: 20, interval: 0, tables: 'sales' as const, createTables: true, ...options }
  const all = { ...given, target, environment: {} }
  const stream = new RerunnableStream(resolveOptions(all), all, {}, { ownsSchema: true })
  onTestFinished(() => stream[Symbol.asyncDispose]())
  const ids = async (): Promise<readonly number[]> => {
    const { rows } = await client.query<{ id: string }>(`SELECT ss_id AS id FROM ${target.schema}.${SALES}`)
    return rows.map(({ id }) => Number(id))
  }
  return { stream, explored: explorableOf(stream), ids }
}

test.each([
  ['lateCommit', { lateCommit: 0.5, ratio: { insert: 1 } }],
  ['a long transaction', { longTransaction: 5, ratio: { insert: 1 } }],
  [
    'rows that come back are no new ones',
    { lateCommit: 0.3, ratio: { insert: 50, delete: 40 }, hazards: { reinsert: 0.5 } },
  ],
])('late commits are those that bring rows below those that there were: %s', async (_, options) => {
  const { stream, explored, ids } = await useStream(options)
  await stream.prepare()
  const known = new Set<number>()
  let late = 0
  for (let commit = 1; commit <= 30; commit++) {
    await stream.step()
    const highest = Math.max(0, ...known)
    const brought = (await ids()).filter((id) => !known.has(id))
    if (brought.some((id) => id < highest)) late += 1
    for (const id of brought) known.add(id)
    expect(explored.commitsBetween(0, EVER)).toEqual({ commits: commit, lateCommits: late })
  }
  expect(late).toBeGreaterThan(1)
})

test('and those that a clock stamps with an earlier time than one before', async () => {
  const { stream, explored } = await useStream({
    seed: 3,
    tables: [clockedTable({ order: 'jitter' }, { type: 'int8' })],
    ratio: { insert: 60, update: 40 },
  })
  await stream.step(40)
  let [latest, late] = [0, 0]
  for (let commit = 1; commit <= 40; commit++) {
    const [change] = stream.ledger.changes(commit)
    const stamp = Number(change?.after?.['updated_at'])
    if (stamp < latest) late += 1
    latest = Math.max(latest, stamp)
  }
  expect(late).toBeGreaterThan(1)
  expect(explored.commitsBetween(0, EVER)).toEqual({ commits: 40, lateCommits: late })
})

test('of a script, too; rows of one commit are no later than one another', async () => {
  const { stream, explored } = await useStream({})
  const insert = (rows: string): ScriptRun => ['insert', SALES, rows]
  const batches = [
    [insert('5')],
    [insert('7'), insert('6')],
    [insert('1'), insert('8')],
    [['delete', SALES, '1@0']],
    [insert('1@1')],
  ]
  await stream.run({ format: 1, seed: 5, tables: [{ name: SALES }], batches: batches as ScriptRun[][] })
  expect(explored.commitsBetween(0, EVER)).toEqual({ commits: 5, lateCommits: 1 })
})

test('only those that the job has met', async () => {
  const { stream, explored } = await useStream({ ratio: { insert: 1 }, lateCommit: 0.5 })
  expect(explored.commitsBetween(undefined, undefined)).toEqual({ commits: 0, lateCommits: 0 })
  expect(explored.commitsBetween(0, EVER)).toEqual({ commits: 0, lateCommits: 0 })
  await stream.step(20)
  const all = explored.commitsBetween(0, EVER)
  const now = Date.now()
  expect(explored.commitsBetween(now + 1, EVER)).toEqual({ commits: 0, lateCommits: 0 })
  expect(explored.commitsBetween(0, now)).toEqual(all)
  expect(all.lateCommits).toBeGreaterThan(1)
})
