import { explore } from '../src/explore/explore.js'
import { commitTrials } from '../src/explore/trial.js'
import { saveTables } from '../src/explore/saved-tables.js'
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
const RUN = 'a run of explore'
const ROWS = 1_000

/** What it takes to run a job once with a commit at a place, beside the job alone: of five statements on 1,000 rows. */
export async function exploring(server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  return withTables(server, async ({ client, connection }) => {
    await client.query(`CREATE TABLE ${connection.schema}.copied (LIKE ${connection.schema}.store_sales_heap)`)
    const options = {
      batches: 50,
      batchSize: 20,
      interval: 0,
      seed: SEED,
      ratio: { insert: 50, update: 30, delete: 20 },
    }
    const given = { ...options, target: connection, environment: {} }
    await using made = new RerunnableStream(resolveOptions(given), given, {}, { baselineRows: ROWS, ownsSchema: true })
    const stream = explorableOf(made)
    const { tables } = await stream.plan()
    const copies = `${connection.schema}_copies`
    const saved = await saveTables(
      client,
      connection.schema,
      copies,
      tables.map(({ definition }) => definition.name),
    )
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
          explored: async () => {
            const ends: number[] = []
            await explore(
              {
                begin: async (aims) => {
                  ends.push(performance.now())
                  await restart()
                  await stage.begin(stream.driver, aims)
                },
                end: () => stage.end(),
              },
              () => job({ ...connection, ...stage.connection }),
              { trials: ({ places }) => commitTrials(places, 1, false) },
            )
            ends.push(performance.now())
            const lengths = ends.slice(1).map((end, index) => end - ends[index]!)
            // Without the two that come first.
            return { [RUN]: quantile(lengths.slice(2), 0.5) }
          },
        },
        effort,
      )
      const result = comparison('a job of five statements on 1,000 rows', 'ms', measured, [BARE, RUN])
      return {
        title: 'Exploring',
        comparisons: [result],
        targets: [
          {
            text: 'a run of explore: ms',
            value: quantile(measured.get(RUN) ?? [], 0.5),
            limit: 150,
            bound: 'at most',
          },
        ],
        notes: [
          'A run puts the tables back, makes a commit of 40 changes, and does the job over the wire with another commit at one of its places.',
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
