import { expect, onTestFinished, test } from 'vitest'
import { PlannedLedger } from '../../src/ledger/planned-ledger.js'
import type { Batch } from '../../src/plan/batch.js'
import { resolveMix } from '../../src/plan/mix/mix.js'
import { LookAhead } from '../../src/plan/overlap/look-ahead.js'
import { emptyBaseline, type PlanInput } from '../../src/plan/plan-input.js'
import { Planner } from '../../src/plan/planner.js'
import { planRows } from '../../src/plan/table-rows.js'
import { createTableSql } from '../../src/database/create-table.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { BatchWriter } from '../../src/writer/batch-writer.js'
import { openSession } from '../../src/writer/session.js'
import { useClient, useSchema } from '../support/server.js'

const tables = [storeSales, storeReturns]

function planInput(batchSize: number): PlanInput {
  return {
    tables: tables.map((definition) => ({ definition, baseline: emptyBaseline })),
    baselineRows: 0,
    batchSize,
    mix: resolveMix({ insert: 50, update: 30, delete: 20 }),
    seed: 31,
    scale: 1,
    nulls: 'tpcds',
    businessDay: undefined,
  }
}

/** A writer on tables of its own, with what it told and how many rows it computed. */
async function useWriter(input: PlanInput) {
  const connection = await useSchema()
  const client = await useClient(connection)
  for (const table of tables) await client.query(createTableSql(table, connection.schema, 'postgres'))
  const told: string[] = []
  const computed = { rows: 0 }
  const rows = planRows(input)
  for (const table of rows) {
    const load = table.load.bind(table)
    table.load = (number, version) => {
      computed.rows += 1
      return load(number, version)
    }
  }
  const options = { connection, tables: tables.map(({ name }) => name), answerWithin: 60_000 }
  const writer = new BatchWriter(await openSession(options), {
    ...options,
    rows,
    retryFor: 0,
    events: { commitSent: (commit) => void told.push(`sent ${commit}`), retry: async () => {}, resolved: () => {} },
  })
  onTestFinished(() => writer.close())
  return { writer, told, computed, reader: client.tableReader(connection.schema) }
}

test.each([50, 1_500, 5_000])('batches of %i changes a table, rendered ahead, are as planned', async (batchSize) => {
  const input = planInput(batchSize)
  const { writer, told, reader } = await useWriter(input)
  const ahead = new LookAhead(new Planner(input), 0)
  const upcoming = (): Batch => {
    told.push(`asked for ${ahead.peek().commit}`)
    return ahead.peek()
  }
  for (let commit = 1; commit <= 4; commit++) await writer.write(ahead.next(), { upcoming })
  const beginnings = (text: string): string[] => told.filter((line) => line.startsWith(text))
  expect(beginnings('sent')).toEqual([1, 2, 3, 4].map((commit) => `sent ${commit}`))
  expect(beginnings('asked')).toEqual([2, 3, 4, 5].map((commit) => `asked for ${commit}`))
  for (const commit of [2, 3, 4]) {
    expect(told.indexOf(`asked for ${commit}`)).toBeLessThan(told.indexOf(`sent ${commit}`))
  }
  const ledger = new PlannedLedger(input, { sent: 4, acknowledged: 4 })
  expect(await ledger.verify(reader)).toMatchObject({ equal: true, differences: [] })
})

test('the rows of a batch that was rendered ahead are not computed again', async () => {
  const input = planInput(200)
  const { writer, computed } = await useWriter(input)
  const planner = new Planner(input)
  const [first, second] = [planner.next(), planner.next()]
  await writer.write(first, { upcoming: () => second })
  const before = computed.rows
  await writer.write(second)
  expect(before).toBeGreaterThan(400)
  expect(computed.rows).toBe(before)
})

test('long runs are rendered while they are sent', async () => {
  const input = planInput(2_001)
  const { writer, computed } = await useWriter(input)
  // The first batch has INSERTs only.
  const batch = new Planner(input).next()
  await writer.write({ commit: 1, runs: [] }, { upcoming: () => batch })
  expect(computed.rows).toBe(0)
  await writer.write(batch)
  expect(computed.rows).toBe(4_002)
})

test('an error in what comes next does not touch the commit that is under way', async () => {
  const { writer, told } = await useWriter(planInput(50))
  const fail = (): never => {
    throw new Error('cannot be planned')
  }
  expect(await writer.write({ commit: 1, runs: [] }, { upcoming: fail })).toBe(true)
  expect(told).toEqual(['sent 1'])
})
