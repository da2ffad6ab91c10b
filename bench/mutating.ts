import { saveTables } from '../src/explore/saved-tables.js'
import { readContents } from '../src/mutate/contents.js'
import { mutate } from '../src/mutate/mutate.js'
import { resolveOptions } from '../src/options/resolve-options.js'
import { explorableOf, RerunnableStream } from '../src/stream/rerunnable-stream.js'
import { connect } from '../src/target/connect.js'
import type { ConnectionOptions } from '../src/target/connection.js'
import type { Effort } from './support/effort.js'
import { interleave } from './support/interleave.js'
import { comparison, type PartResult } from './support/result.js'
import { withTables } from './support/schema.js'
import { SEED } from './support/settings.js'
import { quantile } from './support/statistics.js'

const BARE = 'the job alone'
const DAMAGE = 'a damage'
const ROWS = 1_000

/** What it takes to try a damage to a job, beside the job alone: of five statements on 1,000 rows. */
export async function mutating(server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  return withTables(server, async ({ client, connection }) => {
    const { schema } = connection
    await client.query(`CREATE TABLE ${schema}.copied (LIKE ${schema}.store_sales_heap)`)
    const ratio = { insert: 50, update: 30, delete: 20 }
    const options = { batches: 50, batchSize: 20, interval: 0, seed: SEED, ratio }
    const given = { ...options, target: connection, environment: {} }
    await using made = new RerunnableStream(resolveOptions(given), given, {}, { baselineRows: ROWS, ownsSchema: true })
    const stream = explorableOf(made)
    const { tables } = await stream.plan()
    const names = tables.map(({ definition }) => definition.name)
    const saved = await saveTables(client, schema, `${schema}_copies`, names)
    const stage = await stream.openStage({ connection })
    const restart = async (): Promise<void> => {
      await stage.settle()
      await stream.again(1, saved.refill)
    }
    try {
      const measured = await interleave(
        {
          alone: async () => {
            await restart()
            const begun = performance.now()
            await job(connection)
            return { [BARE]: performance.now() - begun }
          },
          mutated: async () => {
            const begun = performance.now()
            const { tried } = await mutate(
              {
                hasCommits: true,
                begin: async (aims, watching) => {
                  await restart()
                  await stage.begin(stream.driver, aims, watching)
                },
                end: () => stage.end(),
                contents: (restless, byColumn) => readContents(client, schema, restless, byColumn),
              },
              async () => {
                await job({ ...connection, ...stage.connection })
                const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${schema}.copied`)
                if (Number(rows[0]?.n) < ROWS / 2) throw new Error('Nothing was copied.')
              },
              {},
            )
            return { [DAMAGE]: (performance.now() - begun) / tried.length }
          },
        },
        effort,
      )
      const result = comparison('a job of five statements on 1,000 rows', 'ms', measured, [BARE, DAMAGE])
      return {
        title: 'Mutating',
        comparisons: [result],
        targets: [
          {
            text: 'a damage, with the runs that come first: ms',
            value: quantile(measured.get(DAMAGE) ?? [], 0.5),
            limit: 200,
            bound: 'at most',
          },
        ],
        notes: [
          'All that is tried, by their number: runs to which nothing is done, runs with a commit at a place and their references, and a look at all tables after each.',
        ],
      }
    } finally {
      await stage.close()
      await client.query(saved.forget)
    }
  })
}

async function job(at: ConnectionOptions): Promise<void> {
  const client = await connect(at)
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await client.query(`DELETE FROM ${at.schema}.copied`)
    const { rows } = await client.query(`SELECT * FROM ${at.schema}.store_sales_heap`)
    await client.query(`INSERT INTO ${at.schema}.copied SELECT * FROM ${at.schema}.store_sales_heap LIMIT $1`, [
      rows.length,
    ])
    await client.query('COMMIT')
  } finally {
    await client.end()
  }
}
