import { describe, expect, inject } from 'vitest'
import { withCdcStream, type AuditWord } from 'vitest-cloudberry-cdc'
import { auditPipeline } from '../support/audit-pipeline.js'
import { compareByHand } from '../support/by-hand.js'
import { type OrderLoad, orderLoadNames, orderLoads } from '../support/order-loads.js'
import { SinkDatabase } from '../support/sink-database.js'
import { pinnedVersions } from '../support/versions.js'
import { Dlt, hasDlt } from './dlt.js'

const debian = inject('debian')
const COLUMNS = 'id, customer, status, amount, updated_at'
const COPY = `SELECT ${COLUMNS} FROM shop.orders`

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
    10,
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
        const { pool: source, schema, connectionString } = cloudberry
        await using sink = await SinkDatabase.make(debian!, schema, { filled: false })
        await using dlt = await Dlt.start({ source: connectionString, destination: sink.connectionString, schema, lag })
        await cdcStream.start()
        await dlt.load()
        const audit = await auditPipeline(cdcStream, {
          tool: {
            pipeline: 'dlt',
            tool: `dlt, merge, cursor updated_at, ${lag === 0 ? 'no lag' : `lag ${lag} s`}`,
            version: pinnedVersions('dlt', 'dlt'),
            load,
            promises: 'loads what is at or above the cursor; deletes are not seen',
          },
          of: cdcStream.table('orders'),
          read: () => sink.pool.query(COPY),
          byHand: () => compareByHand(source, sink.pool, [{ source: `SELECT ${COLUMNS} FROM orders`, sink: COPY }]),
          while: async () => {
            for (let run = 1; run <= 4; run++) await dlt.load()
            await cdcStream.pause()
            await dlt.load() // finds the orders at rest
          },
          within: 1_000,
        })
        expect(audit.grade, audit.because).toBe(expected[load])
      })
    }
  }
  // #endregion test
})
