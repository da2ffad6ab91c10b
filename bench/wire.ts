import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { createCdcStream } from '../src/stream/create-cdc-stream.js'
import { connect } from '../src/database/postgres/connect.js'
import type { ConnectionOptions } from '../src/database/connection/connection.js'
import type { Effort } from './support/effort.js'
import { interleave } from './support/interleave.js'
import { runClient, versionOf } from './support/programs.js'
import { comparison, medianRatio, type PartResult } from './support/result.js'
import { rate, withTables } from './support/schema.js'
import { SEED } from './support/settings.js'

const BARE = 'without it'
const WIRE = 'over the wire'
const HELD = 'over the wire, each statement held'

/** Rows of one INSERT. */
const LOADED_AT_ONCE = 1_000

/** What a wire costs a job, on a thread beside that of the job. */
export async function wire(server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  return withTables(server, async ({ client, connection }) => {
    const rows = effort.scale(100_000)
    await using stream = createCdcStream({
      target: connection,
      // Half of the rows are sales.
      batches: (2 * rows) / 1_000,
      batchSize: 1_000,
      interval: 0,
      seed: SEED,
      ratio: { insert: 1 },
      environment: {},
    })
    await stream.start()
    await stream.finished
    await client.query(`CREATE TABLE ${connection.schema}.copied (id int8, item int4, quantity int4, paid numeric)`)
    const thread = new Worker(new URL('./wire-thread.js', import.meta.url), { workerData: connection })
    const [passing, holding] = (await once(thread, 'message'))[0] as readonly [number, number]
    const over = { [BARE]: connection.port, [WIRE]: passing, [HELD]: holding }
    const through = (job: (at: ConnectionOptions) => Promise<number>): Record<string, () => Promise<number>> =>
      Object.fromEntries(
        Object.entries(over).map(([name, port]) => [name, () => job({ ...connection, host: '127.0.0.1', port })]),
      )
    try {
      const loading = await interleave(through(load), effort)
      const hasPsql = (await versionOf('psql')) !== undefined
      const copying = hasPsql ? await interleave(through(copyOut), effort) : undefined
      const order = [BARE, WIRE, HELD]
      return {
        title: 'Over a wire',
        comparisons: [
          comparison('read all by pg, write all in INSERTs of 1,000', 'rows/s', loading, order),
          ...(copying ? [comparison('psql \\copy to /dev/null', 'rows/s', copying, order)] : []),
        ],
        targets: [
          {
            text: 'a job over the wire: share of its rate without it',
            value: medianRatio(loading, WIRE, BARE),
            limit: 0.8,
            bound: 'at least',
          },
        ],
        notes: hasPsql ? [] : ['psql is not there.'],
      }
    } finally {
      thread.postMessage('end')
      await once(thread, 'exit')
    }
  })
}

/** Reads the sales, and writes some of their columns to another table. Returns rows a second. */
async function load(at: ConnectionOptions): Promise<number> {
  const client = await connect(at)
  try {
    await client.query(`TRUNCATE ${at.schema}.copied`)
    const begun = performance.now()
    const { rows } = await client.query<string[]>({
      text: `SELECT ss_id, ss_item_sk, ss_quantity, ss_net_paid, * FROM ${at.schema}.store_sales_heap`,
      rowMode: 'array',
    })
    for (let first = 0; first < rows.length; first += LOADED_AT_ONCE) {
      const part = rows.slice(first, first + LOADED_AT_ONCE)
      const column = (index: number): (string | undefined)[] => part.map((row) => row[index])
      await client.query(
        `INSERT INTO ${at.schema}.copied SELECT * FROM unnest($1::int8[], $2::int4[], $3::int4[], $4::numeric[])`,
        [0, 1, 2, 3].map(column),
      )
    }
    return (rows.length * 1000) / (performance.now() - begun)
  } finally {
    await client.end()
  }
}

async function copyOut(at: ConnectionOptions): Promise<number> {
  const client = await connect(at)
  const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int4 AS n FROM ${at.schema}.store_sales_heap`)
  await client.end()
  const copy = `\\copy ${at.schema}.store_sales_heap TO /dev/null`
  return rate(rows[0]!.n, () => runClient('psql', ['--no-psqlrc', '--quiet', '--command', copy], at))
}
