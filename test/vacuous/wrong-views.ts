import { copyOnce as runOnce, type Job, upsert } from './wrong-jobs.js'

/** A materialized view of the sales, and the job that refreshes it. */
export interface View {
  readonly CREATE_SUMMARY: readonly string[]
  readonly refreshSummary: Job
}

export function doNothing(view: View): View {
  return { ...view, refreshSummary: async () => {} }
}

export function copyOnce(view: View): View {
  return { ...view, refreshSummary: runOnce(view.refreshSummary) }
}

/** Shows the sales as they were at the last refresh. */
export function runBehind({ CREATE_SUMMARY, refreshSummary }: View): View {
  return {
    CREATE_SUMMARY: ofSeen(CREATE_SUMMARY),
    refreshSummary: async (pool) => {
      await refreshSummary(pool)
      await pool.query('DELETE FROM sales_seen; INSERT INTO sales_seen SELECT * FROM store_sales_heap')
    },
  }
}

/** Shows all sales that there were at any refresh. */
export function forgetDeletes({ CREATE_SUMMARY, refreshSummary }: View): View {
  return {
    CREATE_SUMMARY: ofSeen(CREATE_SUMMARY),
    refreshSummary: async (pool) => {
      const statements = upsert('sales_seen', 'store_sales_heap', 'ss_id')
      await pool.query(`BEGIN ISOLATION LEVEL REPEATABLE READ; ${statements}; COMMIT`)
      await refreshSummary(pool)
    },
  }
}

/** The same view of a table that the job fills. */
function ofSeen(statements: readonly string[]): readonly string[] {
  return [
    'CREATE TABLE sales_seen (LIKE store_sales_heap)',
    ...statements.map((statement) => statement.replaceAll('store_sales_heap', 'sales_seen')),
  ]
}
