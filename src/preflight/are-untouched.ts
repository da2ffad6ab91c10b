import type { SqlClient } from '../database/client.js'
import { escapeIdentifier } from '../database/postgres/quote.js'
import type { TableDefinition } from '../tables/table-definition.js'

/** Whether tables that were created by their definitions still have no rows, and all of their columns. */
export async function areUntouched(
  client: SqlClient,
  schema: string,
  definitions: readonly TableDefinition[],
): Promise<boolean> {
  const empty = definitions.map(({ name, columns }) => {
    const table = `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`
    return `NOT EXISTS (SELECT ${columns.map((column) => escapeIdentifier(column.name)).join(', ')} FROM ${table})`
  })
  try {
    const { rows } = await client.query<{ untouched: boolean }>(`SELECT ${empty.join(' AND ')} AS untouched`)
    return rows[0]?.untouched === true
  } catch {
    // Who surveys the tables finds out what is wrong, and says it better.
    return false
  }
}
