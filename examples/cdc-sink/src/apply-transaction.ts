import type { ClientBase } from 'pg'
import type { Transaction } from './transaction.js'
import { COPIES } from './sink-tables.js'

/**
 * Applies a transaction of the source in one transaction of the target, and says whether it was new. The position is
 * kept with the rows, so that one that is delivered twice is applied once, whatever happens in between.
 */
export async function applyTransaction(client: ClientBase, transaction: Transaction): Promise<boolean> {
  await client.query('BEGIN')
  try {
    const { rowCount } = await client.query(
      `UPDATE sink_progress SET applied_lsn = $1, transactions = transactions + 1, changes = changes + $2
        WHERE applied_lsn < $1::pg_lsn`,
      [transaction.lsn, transaction.changes],
    )
    const isNew = rowCount === 1
    if (isNew) {
      for (const { table, key, rows } of transaction.tables()) {
        const copy = COPIES[table]
        const present = [...rows.values()].filter((row) => row !== null)
        await client.query(`DELETE FROM ${copy} WHERE ${key} = ANY ($1::int8[])`, [[...rows.keys()]])
        await client.query(`INSERT INTO ${copy} SELECT * FROM json_populate_recordset(NULL::${copy}, $1)`, [
          JSON.stringify(present),
        ])
      }
    }
    await client.query('COMMIT')
    return isNew
  } catch (error) {
    // It may be the connection that is lost: then the server rolls back.
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}
