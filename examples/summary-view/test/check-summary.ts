import type { Pool } from 'pg'
import { expect } from 'vitest'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'
import type { Summary } from '../src/summaries.js'

// #region check
interface Refresh {
  readonly pool: Pool
  readonly job: { readonly pool: Pool }
  readonly refresh: (pool: Pool) => Promise<void>
}

/** Brings a summary up to date for the second time, and expects the query's result after a commit that it could see. */
export async function checkSummary(
  cdcStream: CdcStream,
  { table, sql, key }: Summary,
  { pool, job, refresh }: Refresh,
): Promise<void> {
  await cdcStream.step(2)
  await refresh(pool) // not on the wire: it is the summary that stands there before
  await cdcStream.step(2)
  const rows = await cdcStream.read(async () => {
    await refresh(job.pool)
    return pool.query(`SELECT * FROM ${table}`)
  })
  await expect(rows).toMatchCommit(cdcStream.query(sql, { key }))
}
// #endregion check
