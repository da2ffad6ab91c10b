import type { ClientBase } from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { PlannedLedger } from '../src/ledger/planned-ledger.js'
import { matchCommit } from '../src/match/rows/match-commit.js'
import { NarrowedTable } from '../src/match/narrowed-table.js'
import type { TableState } from '../src/match/commit-target.js'
import { createCdcStream } from '../src/stream/create-cdc-stream.js'
import type { ConnectionOptions } from '../src/database/connection/connection.js'
import type { Effort } from './support/effort.js'
import { interleave } from './support/interleave.js'
import { comparison, medianRatio, type PartResult } from './support/result.js'
import { rate, withTables } from './support/schema.js'
import { mixed, planInput, SEED, tables } from './support/settings.js'

const COPY = 'COPY … TO STDOUT, thrown away'
const VERIFY = 'verify'
const HASH = 'sum(hash_record_extended(…)) in PostgreSQL'
const FIRST = 'matchCommit, fresh ledger'
const AGAIN = 'matchCommit, asked again'
const FLOOR = 'the same, read inside read(), with the floor'

const BATCH_SIZE = 2_500

/** How fast rows are compared with the ledger, beside only reading them and beside hashing them on the server. */
export async function checking(server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  return withTables(server, async ({ client, connection }) => {
    const batches = Math.ceil(effort.scale(100_000) / BATCH_SIZE) * 2
    await using stream = createCdcStream({
      target: connection,
      batches,
      batchSize: BATCH_SIZE,
      interval: 0,
      seed: SEED,
      ratio: mixed.ratio!,
      environment: {},
    })
    await stream.start()
    await stream.finished
    await client.query(`VACUUM ANALYZE ${connection.schema}.store_sales_heap, ${connection.schema}.store_returns_heap`)
    const names = tables.map(({ name }) => name)
    const read = names.map((name) => ({ name, rows: client.query(`SELECT * FROM ${connection.schema}.${name}`) }))
    const given = new Map<string, object[]>()
    for (const { name, rows } of read) given.set(name, (await rows).rows as object[])
    const total = [...given.values()].reduce((sum, rows) => sum + rows.length, 0)
    const match = (table: (name: string) => TableState): Promise<number> =>
      rate(total, async () => {
        for (const [name, rows] of given) {
          const range = matchCommit(rows, table(name))
          if (range?.last !== batches) throw new Error(`Expected ${name} to be as after commit ${batches}.`)
        }
      })
    const measured = await interleave(
      {
        [COPY]: () => rate(total, () => copyOut(client, names, connection.schema)),
        [VERIFY]: () =>
          rate(total, async () => {
            if (!(await stream.verify()).equal) throw new Error('Expected the tables to equal the ledger.')
          }),
        [HASH]: () => rate(total, () => hash(client, names, connection.schema)),
        [FIRST]: () => {
          const ledger = new PlannedLedger(planInput(mixed, BATCH_SIZE), { sent: batches, acknowledged: batches })
          return match((name) => new NarrowedTable({ ledger, moving: false }, name))
        },
        [AGAIN]: () => match((name) => stream.table(name)),
        [FLOOR]: () =>
          rate(total, async () => {
            for (const [name, rows] of given) {
              const fresh = await stream.read(() => rows)
              const range = matchCommit(fresh, stream.table(name), { fresh: true })
              if (range?.last !== batches) throw new Error(`Expected ${name} to be as after commit ${batches}.`)
            }
          }),
      },
      effort,
    )
    return {
      title: 'Checking',
      comparisons: [
        comparison(`${total.toLocaleString('en-US')} rows of both tables after 70/20/10`, 'rows/s', measured, [
          COPY,
          VERIFY,
          HASH,
          FIRST,
          AGAIN,
          FLOOR,
        ]),
      ],
      targets: [
        {
          text: 'verify: share of COPY … TO STDOUT',
          value: medianRatio(measured, VERIFY, COPY),
          limit: 0.95,
          bound: 'at least',
        },
        {
          text: 'matchCommit with the floor: × without it',
          value: medianRatio(measured, FLOOR, AGAIN),
          limit: 0.95,
          bound: 'at least',
        },
      ],
      notes: [
        '`verify` logs in, reads and compares. `matchCommit` is what `toMatchCommit` does with rows that were read before, as `pg` objects; a fresh ledger first works out the fingerprint of every commit.',
      ],
    }
  })
}

async function copyOut(client: ClientBase, names: readonly string[], schema: string): Promise<void> {
  for (const name of names) {
    let bytes = 0
    for await (const chunk of client.query(copyTo(`COPY ${schema}.${name} TO STDOUT`)))
      bytes += (chunk as Buffer).length
    if (bytes === 0) throw new Error(`Expected ${name} to have rows.`)
  }
}

async function hash(client: ClientBase, names: readonly string[], schema: string): Promise<void> {
  for (const name of names) await client.query(`SELECT sum(hash_record_extended(t, 0)) FROM ${schema}.${name} AS t`)
}
