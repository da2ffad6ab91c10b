import type { ClientBase } from 'pg'
import { saveTables } from '../../src/explore/reset-run.js'
import { resolveOptions } from '../../src/options/resolve-options.js'
import { explorableOf, RerunnableStream } from '../../src/stream/rerunnable-stream.js'
import type { Driver } from '../../src/driver/driver.js'
import type { Stage } from '../../src/driver/stage.js'
import { connect } from '../../src/database/postgres/connect.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import type { Effort } from './effort.js'
import { interleave } from './interleave.js'
import { comparison, type PartResult } from './result.js'
import { withTables } from './schema.js'
import { SEED } from './settings.js'
import { quantile } from './statistics.js'

const BARE = 'the job alone'
/** How many rows stand in the table that the job copies. */
export const ROWS = 1_000

/** What a job can be run again and again with. */
export interface JobScene {
  readonly client: ClientBase
  readonly stream: RerunnableStream
  readonly schema: string
  readonly stage: Stage
  readonly driver: () => Driver | undefined
  /** Puts the tables back, and makes the first commit. */
  readonly restart: () => Promise<void>
  /** The job, on its wire. */
  readonly job: () => Promise<void>
}

/** What is compared with the job alone. */
export interface Comparison {
  readonly title: string
  readonly name: string
  /** Milliseconds of one. */
  readonly measure: (scene: JobScene) => Promise<number>
  readonly target: { readonly text: string; readonly limit: number }
  readonly note: string
}

/** Compares what is done with a job of five statements on 1,000 rows with the job alone. */
export async function compareWithJob(
  server: ConnectionOptions,
  effort: Effort,
  { title, name, measure, target, note }: Comparison,
): Promise<PartResult> {
  return withTables(server, async ({ client, connection }) => {
    const { schema } = connection
    await client.query(`CREATE TABLE ${schema}.copied (LIKE ${schema}.store_sales_heap)`)
    const ratio = { insert: 50, update: 30, delete: 20 }
    const given = { batches: 50, batchSize: 20, interval: 0, seed: SEED, ratio, target: connection, environment: {} }
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
    const onWire = (): Promise<void> => copySales({ ...connection, ...stage.connection })
    const scene: JobScene = { client, stream: made, schema, stage, driver: () => stream.driver, restart, job: onWire }
    try {
      const measured = await interleave(
        {
          alone: async () => {
            await restart()
            const begun = performance.now()
            await copySales(connection)
            return { [BARE]: performance.now() - begun }
          },
          other: async () => ({ [name]: await measure(scene) }),
        },
        effort,
      )
      const value = quantile(measured.get(name) ?? [], 0.5)
      return {
        title,
        comparisons: [comparison('a job of five statements on 1,000 rows', 'ms', measured, [BARE, name])],
        targets: [{ ...target, value, bound: 'at most' }],
        notes: [note],
      }
    } finally {
      await stage.close()
      await client.query(saved.forget)
    }
  })
}

async function copySales(at: ConnectionOptions): Promise<void> {
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
