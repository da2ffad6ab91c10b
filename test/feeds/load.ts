import { withCdcStream, type CdcTestOptions } from '../../fixtures/index.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { ownTable } from '../support/own-table.js'
import { storedTable } from '../support/stored-table.js'
import { tableOfTypes } from '../support/typed-table.js'

/** Those whose types other databases have, too. */
export const plainTables = [storeSales, storeReturns, ownTable]

/** And all types that there are. */
export const tables = [...plainTables, storedTable, tableOfTypes('typed_things')]

/** wal2json writes NaN and infinities as NULL; who parses its JSON, numbers of up to 15 digits. */
export const finiteTables = [
  ...plainTables,
  storedTable,
  tableOfTypes('finite_things', (cell) => !/^-?(?:NaN|Infinity|[\d.]{17,})$/.test(cell ?? '')),
]

/** What makes a feed hard to take: keys that come back, UPDATEs that change nothing, several changes of a row at once. */
const hazards = { reinsert: 0.3, noopUpdates: 0.2, sameKeyChains: 0.2 } as const

/** How many are captured. */
export const COMMITS = 40

/** A test with a stream of our own, whose transactions overlap, and commit late. */
export function withLoad(options: CdcTestOptions): ReturnType<typeof withCdcStream> {
  return withCdcStream({
    tables,
    continuous: true,
    batchSize: 12,
    interval: 5,
    ratio: { insert: 50, update: 30, delete: 20 },
    hazards,
    writers: 3,
    lateCommit: 0.2,
    rollback: 0.1,
    ...options,
  })
}
