import type { CdcTestOptions } from 'vitest-cloudberry-cdc'
import { orders } from '../../incremental-models/src/orders.js'

// #region loads
const even: CdcTestOptions = {
  seed: 22,
  continuous: true,
  batchSize: 4,
  interval: 250,
  baseline: 100,
  tables: [orders],
}

/** What a job has to cope with that copies what is above a watermark: a table with `updated_at`. */
export const orderLoads = {
  'orders only come': { ...even, ratio: { insert: 1 } },
  'orders change': { ...even, ratio: { insert: 60, update: 40 } },
  'some are committed late': {
    ...even,
    tables: [{ ...orders, clock: { column: 'updated_at', order: 'begin' } }], // with the stamp of their beginning
    ratio: { insert: 60, update: 40 },
    lateCommit: 0.5,
  },
  'some are deleted': { ...even, ratio: { insert: 40, update: 30, delete: 30 } },
} as const satisfies Readonly<Record<string, CdcTestOptions>>
// #endregion loads

export type OrderLoad = keyof typeof orderLoads
export const orderLoadNames = Object.keys(orderLoads) as readonly OrderLoad[]
