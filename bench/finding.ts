import { randomBytes } from 'node:crypto'
import { createCdcStream } from '../src/stream/create-cdc-stream.js'
import { connectionFromEnvironment } from '../src/database/connection/check-connection.js'
import { connect } from '../src/database/postgres/connect.js'
import type { ConnectionOptions } from '../src/database/connection/connection.js'
import { detectDialect } from '../src/database/postgres/detect-dialect.js'
import { readEnvironment } from '../src/database/connection/environment.js'
import type { Effort } from './support/effort.js'
import { comparison, type Comparison, type PartResult, type Target } from './support/result.js'
import { churning, defaultMix, mixed, type NamedMix, SEED, tables } from './support/settings.js'
import { summarize } from './support/statistics.js'

const MIXES = [defaultMix, mixed, churning]
const MILESTONES = [100_000, 1_000_000, 10_000_000]
const BATCH_SIZE = 200
/** Changes a table in a batch of those that fill the tables. */
const FILLING = 5_000
/** The rows that stand there when the tables are analyzed, for the only time. */
const ANALYZED = 200
/** Batches of a mix that are timed, after some that are not. */
const WINDOW = 100
const WARM = 20

/**
 * Whether UPDATE and DELETE find their rows as fast in tables that have grown since they were analyzed, with a planner that
 * joins by hash: on PostgreSQL by a role with the other joins off, on a cluster by statistics of a few rows.
 */
export async function finding(server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  const found = [await grow(await hashing(server), 'PostgreSQL that joins by hash', effort)]
  const notes = [
    `Batches of ${2 * BATCH_SIZE} changes, the median of ${WINDOW} transactions; both tables were analyzed when they had ${ANALYZED} rows.`,
  ]
  const environment = readEnvironment({ cwd: process.cwd(), env: process.env })
  if (environment['CLOUDBERRY_HOST'] === undefined) {
    notes.push('A cluster is left out: CLOUDBERRY_HOST is not set.')
  } else {
    const cluster = connectionFromEnvironment(environment)
    const client = await connect(cluster)
    const { version, segments } = await detectDialect(client)
    await client.end()
    found.push(await grow(cluster, `${version}, ${segments} segments`, effort))
  }
  return {
    title: 'Finding rows',
    comparisons: found.flatMap(({ comparisons }) => comparisons),
    targets: found.flatMap(({ targets }) => targets),
    notes,
  }
}

/** A role for which joins by nested loops and by merging are off. */
async function hashing(server: ConnectionOptions): Promise<ConnectionOptions> {
  const client = await connect(server)
  const password = randomBytes(9).toString('hex')
  await client.query(
    `CREATE ROLE hashing SUPERUSER LOGIN PASSWORD '${password}';
     ALTER ROLE hashing SET enable_nestloop = off; ALTER ROLE hashing SET enable_mergejoin = off`,
  )
  await client.end()
  return { ...server, user: 'hashing', password }
}

async function grow(
  server: ConnectionOptions,
  where: string,
  effort: Effort,
): Promise<Pick<PartResult, 'comparisons' | 'targets'>> {
  const connection = { ...server, schema: `bench_${randomBytes(6).toString('hex')}` }
  const client = await connect(connection)
  const milestones = MILESTONES.slice(0, effort.full ? 3 : 2).map((rows) => effort.scale(rows))
  const times = new Map<NamedMix, Map<string, number[]>>(MIXES.map((mix) => [mix, new Map()]))
  try {
    await client.query(`CREATE SCHEMA ${connection.schema}`)
    await run(connection, { name: '', ratio: { insert: 1 } }, 1, ANALYZED)
    for (const { name } of tables) await client.query(`ANALYZE ${connection.schema}.${name}`)
    let rows = ANALYZED
    for (const milestone of milestones) {
      await run(connection, { name: '', ratio: { insert: 1 } }, Math.ceil((milestone - rows) / FILLING), FILLING)
      rows = milestone
      await client.query('CHECKPOINT')
      for (const [mix, found] of times) {
        const all = await run(connection, mix, WARM + WINDOW, BATCH_SIZE)
        found.set(label(milestone), all.slice(WARM))
      }
    }
  } finally {
    await client.query(`DROP SCHEMA IF EXISTS ${connection.schema} CASCADE`).catch(() => {})
    await client.end()
  }
  const names = milestones.map(label)
  const [first, last] = [names[0]!, names.at(-1)!]
  const targets = MIXES.map((mix): Target => {
    const median = (name: string): number => summarize(times.get(mix)!.get(name)!).median
    const text = `${where}, ${mix.name}: a transaction with ${last}, × with ${first}`
    return { text, value: median(last) / median(first), limit: 1.2, bound: 'at most' }
  })
  const comparisons = MIXES.map((mix): Comparison => {
    return comparison(`${where}, ${mix.name}: a transaction with`, 'ms', times.get(mix)!, names)
  })
  return { comparisons, targets }
}

const label = (rows: number): string => `${rows.toLocaleString('en-US')} rows a table`

/** Milliseconds of every transaction. */
async function run(
  connection: ConnectionOptions,
  { ratio }: NamedMix,
  batches: number,
  size: number,
): Promise<number[]> {
  const times: number[] = []
  await using stream = createCdcStream({
    target: connection,
    createTables: true,
    batches,
    batchSize: size,
    interval: 0,
    seed: SEED,
    ...(ratio && { ratio }),
    environment: {},
    observe: (event) => {
      if (event.type === 'commit') times.push(event.milliseconds)
    },
  })
  await stream.start()
  await stream.finished
  return times
}
