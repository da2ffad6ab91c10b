import type { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import type { MixWeights } from '../../src/index.js'
import { createCdcStream } from '../../src/index.js'
import { createExistingTables, createOwnTables } from '../support/existing-rows.js'
import { withSchema } from '../support/server.js'
import { brokenRules, orphans } from '../support/sql-rules.js'

const mixes: readonly (MixWeights | undefined)[] = [
  undefined,
  { insert: 70, update: 20, delete: 10 },
  { insert: 40, update: 20, delete: 40 },
  { insert: 10, update: 80, delete: 10 },
]
const choices = ['both', 'sales', 'returns'] as const
const batchSizes = [1, 7, 200, 10_000] as const
const existing = [0, 400] as const

interface Case {
  readonly ratio: MixWeights | undefined
  readonly tables: (typeof choices)[number]
  readonly batchSize: number
  readonly rows: number
}

/** Every pair of values of two dimensions comes up: a Latin square over mix and batch size, the others turned through. */
const pairwise: Case[] = mixes.flatMap((ratio, m) =>
  batchSizes.map((batchSize, b) => ({
    ratio,
    batchSize,
    tables: choices[(m + b) % 3]!,
    rows: existing[(m + (b >> 1)) % 2]!,
  })),
)
const all: Case[] = mixes.flatMap((ratio) =>
  choices.flatMap((tables) =>
    batchSizes.flatMap((batchSize) => existing.map((rows) => ({ ratio, tables, batchSize, rows }))),
  ),
)

const name = ({ ratio, tables, batchSize, rows }: Case): string =>
  `${ratio ? Object.values(ratio).join('/') : 'default mix'}, ${tables}, ${batchSize} a table, ${rows} rows before`

describe('after a run the tables equal the ledger, row by row, and keep every rule', () => {
  test.each((process.env['CDC_TEST_ALL'] ? all : pairwise).map((one) => [name(one), one] as const))(
    '%s',
    (_, { ratio, tables, batchSize, rows }) =>
      withSchema(async (client, connection) => {
        const { schema } = connection
        await (rows > 0 ? createExistingTables(client, schema, rows) : createOwnTables(client, schema))
        const batches = batchSize === 10_000 ? 4 : batchSize === 200 ? 30 : 120
        const stream = createCdcStream({
          target: connection,
          batches,
          batchSize,
          tables,
          interval: 0,
          seed: 1000 + batchSize,
          ...(ratio ? { ratio } : {}),
        })
        await stream.start()
        const summary = await stream.finished
        expect(summary.commits).toBe(batches)
        const { differences, ...verification } = await stream.verify()
        expect(differences).toEqual([])
        expect(verification).toMatchObject({ equal: true, commit: batches, differing: 0 })
        await stream[Symbol.asyncDispose]()

        const before = { sales: rows * 3, returns: Math.floor(rows / 4) * 5 }
        expect(await brokenRules(client, schema, before)).toEqual([])
        if (tables === 'both' && rows === 0) expect(await orphans(client, schema)).toBe(0)
        for (const [table, { rows: counted }] of Object.entries(summary.tables)) {
          const result = await client.query<{ count: number }>(`SELECT count(*)::int4 AS count FROM ${schema}.${table}`)
          const unsampled = rows === 0 ? 0 : await soldAndReturned(client, schema, table)
          expect(result.rows[0]!.count).toBe(counted + unsampled)
        }
      }),
  )
})

/** Sales that stood there before with a return are left alone by the stream, and not in its account. */
async function soldAndReturned(client: Client, schema: string, table: string): Promise<number> {
  if (table !== 'store_sales_heap') return 0
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int4 AS count FROM ${schema}.${table} WHERE ss_id % 12 = 0 AND ss_id <= 1200`,
  )
  return rows[0]!.count
}
