import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { auditPipeline, goesOn } from '../support/audit-pipeline.js'
import { loads } from '../support/loads.js'
import { DuckdbCopy, duckdbVersion, hasDuckdb } from './duckdb-copy.js'

describe.skipIf(!hasDuckdb)('DuckDB', () => {
  // #region test
  for (const [how, inOneTransaction] of [
    ['in one transaction', true],
    ['a transaction for each statement', false],
  ] as const) {
    withCdcStream(loads.hazards)(`copies ${how}`, async ({ cdcStream, cloudberry }) => {
      const { schema, connectionString } = cloudberry
      using duckdb = await DuckdbCopy.open(connectionString, schema)
      const ending = new AbortController()
      const copying = (async () => {
        while (!ending.signal.aborted) await duckdb.copy(schema, inOneTransaction)
      })()
      const audit = await auditPipeline(cdcStream, {
        tool: {
          pipeline: 'duckdb',
          tool: `DuckDB, CREATE OR REPLACE TABLE, ${how}`,
          version: duckdbVersion,
          load: 'hazards',
          promises: inOneTransaction ? 'one snapshot of PostgreSQL for a transaction' : 'a snapshot for each statement',
        },
        read: () => duckdb.read(),
        while: () => goesOn(cdcStream, 200),
        byHand: async () => {
          ending.abort()
          await copying
          return duckdb.compare(schema)
        },
      })
      expect(audit.grade, audit.because).toBe(inOneTransaction ? 'exact' : 'per table')
    })
  }
  // #endregion test
})
