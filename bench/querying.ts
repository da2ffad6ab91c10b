import { resolveOptions } from '../src/options/resolve-options.js'
import { matchQuery } from '../src/query/match-query.js'
import { RerunnableStream } from '../src/stream/rerunnable-stream.js'
import type { ConnectionOptions } from '../src/database/connection/connection.js'
import type { Effort } from './support/effort.js'
import { interleave } from './support/interleave.js'
import { compareWithJob, type JobScene, ROWS } from './support/job-comparison.js'
import { comparison, type PartResult } from './support/result.js'
import { withTables } from './support/schema.js'
import { SEED } from './support/settings.js'
import { quantile } from './support/statistics.js'
import { millisecondsOfRuns } from './exploring.js'

const COMMITS = 100
const TABLE_ROWS = 10_000
/** Sales, returns and a dimension, by day and store. */
const DAILY = `
  SELECT ss_sold_date_sk, s_name, count(*) AS sales, sum(ss_net_paid) AS paid, sum(ss_net_profit) AS profit,
         count(sr_id) AS returns, sum(sr_return_amt) AS returned
    FROM store_sales_heap JOIN store ON s_store_sk = ss_store_sk
    LEFT JOIN store_returns_heap ON sr_ticket_number = ss_ticket_number AND sr_item_sk = ss_item_sk
   GROUP BY 1, 2`
const STORES = `CREATE TABLE store AS SELECT n AS s_store_sk, 'store ' || n AS s_name FROM generate_series(1, 12) AS n`

/** What it costs to answer a query for many commits, and for a run of `explore`. */
export async function querying(server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  const commits = await manyCommits(server, effort)
  const runs = await compareWithJob(server, effort, {
    title: 'Queries',
    name: 'a run of explore that ends with a query',
    measure: millisecondsOfRun,
    target: { text: 'a run of explore that ends with a query: ms', limit: 300 },
    note: `In a run of explore, the query sums ${ROWS.toLocaleString('en-US')} rows of one table.`,
  })
  return {
    title: runs.title,
    comparisons: [...commits.comparisons, ...runs.comparisons],
    targets: [...commits.targets, ...runs.targets],
    notes: [...commits.notes, ...runs.notes],
  }
}

async function manyCommits(
  server: ConnectionOptions,
  effort: Effort,
): Promise<Pick<PartResult, 'comparisons' | 'targets' | 'notes'>> {
  return withTables(server, async ({ client, connection }) => {
    await client.query(`SET search_path = ${connection.schema}; ${STORES}`)
    const rows = effort.scale(TABLE_ROWS)
    const ratio = { insert: 50, update: 30, delete: 20 }
    const given = { batches: COMMITS, batchSize: 100, interval: 0, seed: SEED, ratio, target: connection }
    await using stream = new RerunnableStream(resolveOptions(given), given, {}, { baselineRows: rows })
    await stream.step(COMMITS)
    const query = stream.query(DAILY, { key: ['ss_sold_date_sk', 's_name'] })
    const last = await client.query(DAILY)
    await query.at()
    const names = [`the query alone, ${COMMITS} times`, `the commit among ${COMMITS}`]
    const measured = await interleave(
      {
        [names[0]!]: async () => {
          const begun = performance.now()
          for (let time = 0; time < COMMITS; time++) await client.query(DAILY)
          return performance.now() - begun
        },
        [names[1]!]: async () => {
          const begun = performance.now()
          const range = await matchQuery(last.rows, query, { since: 1 })
          if (range?.last !== COMMITS) throw new Error(`Expected commit ${COMMITS}, got ${range?.last}.`)
          return performance.now() - begun
        },
      },
      effort,
    )
    const title = `daily performance of stores, ${rows.toLocaleString('en-US')} rows a table`
    const value = quantile(measured.get(names[1]!) ?? [], 0.5)
    return {
      comparisons: [comparison(title, 'ms', measured, names)],
      targets: [{ text: `the commit among ${COMMITS}: ms`, value, limit: 3_000, bound: 'at most' }],
      notes: [
        `The query joins both tables and a dimension; its result has ${last.rows.length.toLocaleString('en-US')} rows. Each commit has 200 changes, and is the last of ${COMMITS} that are tried.`,
      ],
    }
  })
}

const SUMS = 'SELECT ss_store_sk, count(*) AS sales, sum(ss_net_paid) AS paid FROM store_sales_heap GROUP BY 1'

async function millisecondsOfRun(scene: JobScene): Promise<number> {
  const { client, schema, stream, job } = scene
  const query = stream.query(SUMS, { key: 'ss_store_sk' })
  return millisecondsOfRuns(scene, async () => {
    await job()
    const { rows } = await client.query(SUMS.replace('store_sales_heap', `${schema}.store_sales_heap`))
    if (!(await matchQuery(rows, query, { since: 1 }))) throw new Error('Expected the sums after a commit, got others.')
  })
}
