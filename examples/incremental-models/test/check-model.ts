import type { Pool } from 'pg'
import { expect } from 'vitest'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'

/** A model, and the job that keeps it. */
export interface Model {
  readonly table: string
  readonly sql: string
  readonly key: string
  readonly job: (pool: Pool) => Promise<void>
}

// #region check
/** What one run of the job misses, because it came too late for it, the next one has to bring. */
export async function checkModel(
  cdcStream: CdcStream,
  { table, sql, key, job: run }: Model,
  { pool, job }: { readonly pool: Pool; readonly job: { readonly pool: Pool } },
): Promise<void> {
  await run(job.pool)
  await run(job.pool)
  const rows = await cdcStream.read(async () => {
    await run(job.pool)
    return pool.query(`SELECT * FROM ${table}`)
  })
  await expect(rows).toMatchCommit(cdcStream.query(sql, { key }))
}
// #endregion check
