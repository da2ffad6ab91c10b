// load-batch.ts
import type { Pool } from 'pg'
import type { Change } from 'vitest-cloudberry-cdc/engine'

export async function loadBatch(pool: Pool, changes: readonly Change[]): Promise<void> {
  const of = (kind: Change['kind']) => changes.filter((change) => change.kind === kind)
  const rows = (kind: Change['kind']) => JSON.stringify(of(kind).map(({ after }) => after))
  await pool.query('DELETE FROM sales_copy WHERE ss_id = ANY ($1)', [of('delete').map(({ key }) => key)])
  await pool.query(
    `UPDATE sales_copy AS old SET ss_quantity = new.ss_quantity, ss_net_paid = new.ss_net_paid
       FROM json_populate_recordset(NULL::sales_copy, $1) AS new WHERE old.ss_id = new.ss_id`,
    [rows('update')],
  )
  await pool.query('INSERT INTO sales_copy SELECT * FROM json_populate_recordset(NULL::sales_copy, $1)', [
    rows('insert'),
  ])
}
