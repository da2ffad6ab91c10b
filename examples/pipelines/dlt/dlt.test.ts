import type { Pool } from 'pg'
import { describe, expect, inject } from 'vitest'
import { type AuditGrade, type AuditWord, type Cloudberry, withCdcStream } from 'vitest-cloudberry-cdc'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'
import { auditPipeline } from '../support/audit-pipeline.js'
import { compareByHand } from '../support/by-hand.js'
import { type OrderLoad, orderLoadNames, orderLoads } from '../support/order-loads.js'
import { SinkDatabase } from '../support/sink-database.js'
import { pinnedVersions } from '../support/versions.js'
import { Dlt, hasDlt } from './dlt.js'

const debian = inject('debian')
const COLUMNS = 'id, customer, status, amount, updated_at'
const COPY = `SELECT ${COLUMNS} FROM shop.orders`

// The load commits one to four batches late, and the clock of the table goes by a second a commit.
const LAG = 10

// #region grades
/** With the lag that dlt waits behind its cursor, in seconds, what becomes of the copy. */
const grades: readonly [lag: number, Readonly<Record<OrderLoad, AuditWord>>][] = [
  [
    0,
    {
      'orders only come': 'exact',
      'orders change': 'exact',
      'some are committed late': 'lossy',
      'some are deleted': 'lossy',
    },
  ],
  [
    LAG,
    {
      'orders only come': 'exact',
      'orders change': 'exact',
      'some are committed late': 'exact',
      'some are deleted': 'lossy',
    },
  ],
]
// #endregion grades

describe.skipIf(!debian || !hasDlt)('dlt', () => {
  // #region test
  for (const [lag, expected] of grades) {
    for (const load of orderLoadNames) {
      withCdcStream(orderLoads[load])(`${load}, lag ${lag}`, async ({ cdcStream, cloudberry }) => {
        await using run = await Run.start(cloudberry, lag)
        const audit = await run.audit(cdcStream, load, async () => {
          for (let time = 1; time <= 4; time++) await run.dlt.load()
        })
        expect(audit.grade, audit.because).toBe(expected[load])
      })
    }
  }
  // #endregion test

  // #region kill
  withCdcStream(orderLoads['some are committed late'])(
    'kill -9 while it writes',
    async ({ cdcStream, cloudberry, signal }) => {
      await using run = await Run.start(cloudberry, LAG)
      const audit = await run.audit(cdcStream, 'some are committed late, kill -9 three times', async () => {
        for (let time = 1; time <= 3; time++) {
          await run.dlt.killWhileLoading(() => run.writes(signal))
          await run.dlt.load()
        }
      })
      expect(audit.grade, audit.because).toBe('exact')
    },
  )
  // #endregion kill
})

/** A source, dlt, and its destination. */
class Run implements AsyncDisposable {
  readonly #source: Pool
  readonly #sink: SinkDatabase
  readonly #lag: number
  readonly dlt: Dlt

  private constructor(source: Pool, sink: SinkDatabase, dlt: Dlt, lag: number) {
    this.#source = source
    this.#sink = sink
    this.#lag = lag
    this.dlt = dlt
  }

  static async start({ pool, schema, connectionString: source }: Cloudberry, lag: number): Promise<Run> {
    const sink = await SinkDatabase.make(debian!, schema, { filled: false })
    return new Run(pool, sink, await Dlt.start({ source, destination: sink.connectionString, schema, lag }), lag)
  }

  /** Audits the copy after a first load; a last one finds the orders at rest. */
  async audit(cdcStream: CdcStream, load: string, work: () => Promise<void>): Promise<AuditGrade> {
    await cdcStream.start()
    await this.dlt.load()
    return auditPipeline(cdcStream, {
      tool: {
        pipeline: 'dlt',
        tool: `dlt, merge, cursor updated_at, ${this.#lag === 0 ? 'no lag' : `lag ${this.#lag} s`}`,
        version: pinnedVersions('dlt', 'dlt'),
        load,
        promises: 'loads what is at or above the cursor; deletes are not seen',
      },
      of: cdcStream.table('orders'),
      read: () => this.#sink.pool.query(COPY),
      byHand: () =>
        compareByHand(this.#source, this.#sink.pool, [{ source: `SELECT ${COLUMNS} FROM orders`, sink: COPY }]),
      while: async () => {
        await work()
        await cdcStream.pause()
        await this.dlt.load()
      },
      within: 1_000,
    })
  }

  /** Resolves when dlt has a transaction at the destination that has written. */
  async writes(signal: AbortSignal): Promise<void> {
    const sql =
      'SELECT FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL'
    while ((await this.#sink.pool.query(sql, [this.#sink.name])).rowCount === 0) signal.throwIfAborted()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dlt[Symbol.asyncDispose]()
    await this.#sink[Symbol.asyncDispose]()
  }
}
