import { withCdcStream, type CdcTestOptions } from '../../fixtures/index.js'
import { defineTable } from '../../src/tables/define-table.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'
import { ownTable } from '../support/own-table.js'
import { storedTable } from '../support/stored-table.js'
import { tableOfTypes } from '../support/typed-table.js'

/** Those whose types other databases have, too. */
export const plainTables = [storeSales, storeReturns, ownTable]

/** Texts that are equal in any case, which a feed tells as they are. */
const foldedTable = defineTable({
  name: 'folded_things',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8', nullable: false },
    { name: 'label', type: 'text', recomputed: true },
  ],
  // One at a time, as the extension is one for all schemas.
  ddl: `
    SELECT pg_advisory_xact_lock(1);
    CREATE EXTENSION IF NOT EXISTS citext SCHEMA public;
    CREATE TABLE folded_things (id bigint PRIMARY KEY, label public.citext)`,
  rows: () => ({
    fill(cells, number, version) {
      cells[1] = number % 5 === 0 ? null : `${['Ann', 'ANN', 'ann', 'ÄÖ'][(number + version) % 4]} ${version}`
    },
  }),
})

/** And all types that there are. */
export const tables = [...plainTables, storedTable, foldedTable, tableOfTypes('typed_things')]

/** wal2json writes NaN and infinities as NULL; who parses its JSON, numbers of up to 15 digits. */
export const finiteTables = [
  ...plainTables,
  storedTable,
  tableOfTypes('finite_things', (cell) => !/^-?(?:NaN|Infinity|[\d.]{17,})$/.test(cell ?? '')),
]

/** What makes a feed hard to take: keys that come back, UPDATEs that change nothing, several changes of a row at once. */
const hazards = { reinsert: 0.3, noopUpdates: 0.2, sameKeyChains: 0.2 } as const

/**
 * Those with the values that Debezium tells: no length of a `varbit`, nothing of what is in an array of arrays.
 *
 * @param lost what it does not tell as it is told to capture, by type
 */
export function tablesOfDebezium(lost: Readonly<Record<string, RegExp>>): readonly TableDefinition[] {
  const isTold = (cell: string | null, type: string): boolean => {
    if (cell === null) return true
    return type !== 'varbit' && !cell.startsWith('{{') && lost[type]?.test(cell) !== true
  }
  return [...plainTables, storedTable, foldedTable, tableOfTypes('told_things', isTold)]
}

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
