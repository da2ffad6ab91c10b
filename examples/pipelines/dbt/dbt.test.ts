import type { Pool } from 'pg'
import { describe, expect, inject } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'
import { type ByHand, compareByHand } from '../support/by-hand.js'
import { recordRun } from '../support/field-run.js'
import { type OrderLoad, orderLoadNames, orderLoads } from '../support/order-loads.js'
import { anomaliesOf } from '../support/verdict.js'
import { pinnedVersions } from '../support/versions.js'
import { Dbt, hasDbt } from './dbt.js'
import { type Model, models } from './models.js'

const debian = inject('debian')
const HISTORY = 'snapshot, check, hard_deletes: invalidate'
const RUNS = 3

describe.skipIf(!debian || !hasDbt)('dbt', () => {
  // #region test
  for (const load of orderLoadNames) {
    const test = withCdcStream({ ...orderLoads[load], target: debian! })
    test(load, async ({ cdcStream, cloudberry, signal }) => {
      await using dbt = await Dbt.make(cloudberry, signal)
      const seen = new Map<string, Set<string>>()
      await cdcStream.start()
      for (let run = 1; run <= RUNS; run++) {
        if (run === RUNS) await cdcStream.pause() // the last run finds the orders at rest
        const read = await cdcStream.read(async () => {
          await dbt.run('build')
          return readAll(cloudberry.pool)
        })
        for (const [strategy, anomalies] of await judge(cdcStream, read, load)) {
          seen.set(strategy, new Set([...(seen.get(strategy) ?? []), ...anomalies]))
        }
      }
      for (const { strategy, wrong, byHand } of await atRest(cloudberry.pool)) {
        const anomalies = [...seen.get(strategy)!]
        await record(load, strategy, cdcStream.ledger.commit, anomalies, byHand)
        const isWrong = wrong.includes(load)
        expect(anomalies.length > 0, `${strategy}: ${anomalies.join(', ')}`).toBe(isWrong)
        expect(byHand.missing + byHand.extra > 0, `${strategy}, by hand: ${JSON.stringify(byHand)}`).toBe(isWrong)
      }
    })
  }
  // #endregion test
})

type Rows = Readonly<Record<string, object[]>>

async function readAll(pool: Pool): Promise<Rows> {
  const read: Record<string, object[]> = {}
  for (const table of [...models.map((model) => model.table), 'order_history']) {
    read[table] = (await pool.query<object>(`SELECT * FROM ${table}`)).rows
  }
  return read
}

// #region judge
/** What is wrong with each table, by how it is kept. Of what is wrong anyway, only the end is looked at: there are many commits to try. */
async function judge(
  cdcStream: CdcStream,
  read: Rows,
  load: OrderLoad,
): Promise<[strategy: string, anomalies: string[]][]> {
  const judged: [string, string[]][] = []
  for (const { strategy, table, sql, key, wrong } of models) {
    if (wrong.includes(load) && cdcStream.state === 'running') continue
    judged.push([strategy, await anomaliesOf(() => expect(read[table]).toMatchCommit(cdcStream.query(sql, { key })))])
  }
  const versions = cdcStream.table('orders').columns(['id', 'customer', 'status'])
  const bounds = { from: 'dbt_valid_from', to: 'dbt_valid_to' }
  judged.push([HISTORY, await anomaliesOf(() => expect(read['order_history']).toMatchHistory(versions, bounds))])
  return judged
}
// #endregion judge

interface AtRest extends Pick<Model, 'strategy' | 'wrong'> {
  readonly byHand: ByHand
}

/** What SQL alone says of each table: of the snapshot, of the versions that hold. */
async function atRest(pool: Pool): Promise<AtRest[]> {
  const holding = 'SELECT id, customer, status FROM order_history WHERE dbt_valid_to IS NULL'
  const compared = [
    ...models.map(({ sql, table, ...model }) => ({ ...model, source: sql, sink: `SELECT * FROM ${table}` })),
    { strategy: HISTORY, wrong: [], source: 'SELECT id, customer, status FROM orders', sink: holding },
  ]
  return Promise.all(
    compared.map(async ({ strategy, wrong, ...queries }) => {
      return { strategy, wrong, byHand: await compareByHand(pool, pool, [queries]) }
    }),
  )
}

async function record(
  load: string,
  strategy: string,
  commits: number,
  anomalies: readonly string[],
  byHand: ByHand,
): Promise<void> {
  await recordRun({
    pipeline: 'dbt',
    tool: `dbt, ${strategy}`,
    version: pinnedVersions('dbt', 'dbt-core', 'dbt-postgres'),
    load,
    promises: 'does what the model says',
    verdict: anomalies.length === 0 ? 'right' : 'wrong',
    because: '',
    commits,
    reads: RUNS,
    anomalies,
    byHand,
  })
}
